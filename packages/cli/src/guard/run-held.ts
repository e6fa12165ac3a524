import type { Context } from '../context.js';
import { Exit } from '../endings.js';
import { exitCodes } from '../exit-codes.js';
import { GuardedCommand, type Outcome } from './guarded-command.js';
import type { Held } from './held.js';
import { HeldFor } from './held-for.js';
import { outcomeExitCode } from './outcome-exit-code.js';
import { untilGone } from './run-guarded.js';

/**
 * Runs a command while `held` is held, and resolves to its exit code. Settles only when no process of the command is running.
 *
 * @throws {Exit} with `exitCodes.lockLost` when the command was ended because `held` was lost
 */
export async function runHeld(
  context: Context,
  held: Held,
  command: readonly string[],
  graceMs: number,
): Promise<number> {
  const { lost, env } = held;
  const guarded = new GuardedCommand({ command, env, graceMs, clock: context.clock });
  const heldFor = new HeldFor(held, guarded, context.clock);
  const kill = (): void => guarded.kill();
  lost.addEventListener('abort', kill, { once: true });
  try {
    await guarded.ready();
    // The guard must know the deadline before the command runs; if the lock is lost before that, the command does not run.
    heldFor.start();
    if (lost.aborted) guarded.kill();
    else guarded.go();
    context.talk.detail(`holding ${held.path}`);
    return exitCodeFor(held, await untilGone(context, guarded));
  } finally {
    heldFor.stop();
    lost.removeEventListener('abort', kill);
  }
}

function exitCodeFor({ path, lost }: Held, outcome: Outcome): number {
  if (outcome.reason === 'guard') {
    throw new Exit(exitCodes.failed, 'The guard of the command was killed; so was the command');
  }
  if (outcome.reason === null && !lost.aborted) return outcomeExitCode(outcome);
  const why = lost.aborted ? lost.reason.message : 'nothing was heard from the servers for too long';
  throw new Exit(exitCodes.lockLost, `${path} is lost, and the command was ended for that: ${why}`);
}
