import type { Phase } from '../events/phase.js';

/**
 * Whether what an earlier process saw may stand in for what this one has not seen yet. Not while the truth is about to come;
 * and not while a registry that is not `lazy` has never been connected: it says so instead.
 */
export function mayServeCacheFile(phase: Phase, lazy: boolean): boolean {
  return phase === 'suspended' || phase === 'lost' || (lazy && phase === 'connecting');
}
