import { ReadOnlyError } from '../errors/access-errors.js';
import { unlessAborted } from '../watch/unless-aborted.js';
import type { CoordinationContext } from './coordination-context.js';

/** Rejects unless this registry may queue for `path`: it must not be read-only, and it must be started. Starts it if needed. */
export async function assertUsable(
  path: string,
  signal: AbortSignal | undefined,
  context: CoordinationContext,
): Promise<void> {
  if (context.settings.readOnly) throw new ReadOnlyError(path);
  signal?.throwIfAborted();
  await unlessAborted(context.ready(), signal);
}
