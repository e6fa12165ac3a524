import type { Clock } from '@ndsr/core';
import { systemClock } from '@ndsr/core/backend';
import { CommanderError } from 'commander';
import { Context, type GlobalOptions } from './context.js';
import { Exit, Interruption, OutputClosed } from './endings.js';
import { exitCodeOf, exitCodes } from './exit-codes.js';
import { type Host, processHost, signalExitCode } from './host.js';
import { makeProgram } from './program.js';
import { colorsFor, Talk } from './talk.js';

/**
 * Runs the command `ndsr` with these arguments, and answers its exit code. Never rejects.
 *
 * For tests, and for tools that bring the command along. With `host` it runs elsewhere than in this process's streams.
 */
export async function run(
  args: readonly string[],
  host: Host = processHost,
  clock: Clock = systemClock,
): Promise<number> {
  const end = new AbortController();
  const undo = [watchSignals(host, end), watchOutput(host, end)];
  let exitCode: number = exitCodes.ok;
  const program = makeProgram(args, host, async (options: GlobalOptions, command) => {
    const context = new Context(host, clock, options, end);
    exitCode = (await command(context)) ?? exitCodes.ok;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    tell(host, error);
    return exitCodeOf(error);
  } finally {
    for (const each of undo) each();
  }
}

/** The first signal ends the command politely, the second at once. */
function watchSignals(host: Host, end: AbortController): () => void {
  return host.onSignal((signal) => {
    if (end.signal.aborted) host.exit(signalExitCode(signal));
    else end.abort(new Interruption(signal));
  });
}

/** Who closes the other end of stdout has all that it wanted. */
function watchOutput(host: Host, end: AbortController): () => void {
  const closed = (): void => end.abort(new OutputClosed());
  // Nothing is to be said to a stderr that is closed, and nothing ends for that.
  const ignore = (): void => undefined;
  host.stdout.on('error', closed);
  host.stderr.on('error', ignore);
  return () => {
    // The listeners stay where a late error would end the process.
    if (host === processHost) return;
    host.stdout.off('error', closed);
    host.stderr.off('error', ignore);
  };
}

function tell(host: Host, error: unknown): void {
  // Commander has said what was wrong; a signal and a closed pipe need no words.
  if (error instanceof CommanderError || error instanceof Interruption || error instanceof OutputClosed) return;
  if (error instanceof Exit && error.message === '') return;
  const message = error instanceof Error ? error.message : String(error);
  new Talk(host.stderr, colorsFor(host.stderr, host.env), 'normal').error(message);
}
