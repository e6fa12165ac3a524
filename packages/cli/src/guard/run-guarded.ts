import type { Context } from '../context.js';
import { Interruption } from '../endings.js';
import type { GuardedCommand, Outcome } from './guarded-command.js';

/** Forwards the signal that ends `ndsr` to the command, and waits until the whole process group has ended. */
export async function untilGone(
  context: Context,
  guarded: GuardedCommand,
  beforeEnd?: () => Promise<void>,
): Promise<Outcome> {
  const end = async (): Promise<void> => {
    try {
      await beforeEnd?.();
    } catch (error) {
      // The command is ended anyway.
      context.talk.warn(error instanceof Error ? error.message : String(error));
    }
    const { reason } = context.ending;
    guarded.end(reason instanceof Interruption ? reason.signal : 'SIGTERM');
  };
  const onEnding = (): void => void end();
  if (context.ending.aborted) onEnding();
  else context.ending.addEventListener('abort', onEnding, { once: true });
  try {
    return await guarded.gone;
  } finally {
    context.ending.removeEventListener('abort', onEnding);
  }
}
