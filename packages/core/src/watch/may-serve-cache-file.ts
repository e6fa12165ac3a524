import type { Phase } from '../events/phase.js';

/**
 * True if the cache file may answer for paths that this process has not read yet. Not while the servers are about to answer,
 * and not while a registry that is not `lazy` has never been connected: it reports that instead.
 */
export function mayServeCacheFile(phase: Phase, lazy: boolean): boolean {
  return phase === 'suspended' || phase === 'lost' || (lazy && phase === 'connecting');
}
