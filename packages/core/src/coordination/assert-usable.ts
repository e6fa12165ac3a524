import { ReadOnlyError } from '../errors/access-errors.js';
import { unlessAborted } from '../watch/unless-aborted.js';
import type { CoordinationContext } from './coordination-context.js';

/** Before anybody stands in line for `path`: whether this registry may, and is open. */
export async function assertUsable(
  path: string,
  signal: AbortSignal | undefined,
  context: CoordinationContext,
): Promise<void> {
  if (context.settings.readOnly) throw new ReadOnlyError(path);
  signal?.throwIfAborted();
  await unlessAborted(context.ready(), signal);
}
