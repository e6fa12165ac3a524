import { ReadOnlyError } from '../errors/access-errors.js';
import { unlessAborted } from '../watch/unless-aborted.js';
import type { LockContext } from './lock-context.js';

/** Before anybody stands in line for `path`: whether this registry may, and is open. */
export async function admit(path: string, signal: AbortSignal | undefined, context: LockContext): Promise<void> {
  if (context.settings.readOnly) throw new ReadOnlyError(path);
  signal?.throwIfAborted();
  await unlessAborted(context.ready(), signal);
}
