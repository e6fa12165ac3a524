import type { Clock } from '@ndsr/core';
import { systemClock } from '@ndsr/core/backend';
import { CommanderError } from 'commander';
import { Context, type Endings, type GlobalOptions } from './context.js';
import { DataOutput } from './data-output.js';
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
  const data = new DataOutput(host.stdout, end);
  const undo = [watchSignals(host, end), watchOutput(host, data)];
  try {
    return await perform(args, host, clock, { data, end });
  } catch (error) {
    tell(host, error);
    return exitCodeOf(error);
  } finally {
    for (const each of undo) each();
  }
}

async function perform(args: readonly string[], host: Host, clock: Clock, endings: Endings): Promise<number> {
  let exitCode: number = exitCodes.ok;
  let help = Promise.resolve();
  const program = makeProgram(args, host, {
    invoke: async (options: GlobalOptions, command) => {
      exitCode = (await command(new Context(host, clock, options, endings))) ?? exitCodes.ok;
    },
    print: (text) => {
      help = help.then(() => endings.data.write(text));
      // It is awaited below; meanwhile it is no rejection that nobody handles.
      help.catch(() => undefined);
    },
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } finally {
    // Where it cannot be written, that is what the command ends with.
    await help;
  }
  return exitCode;
}

/** The first signal ends the command politely, the second at once. */
function watchSignals(host: Host, end: AbortController): () => void {
  return host.onSignal((signal) => {
    if (end.signal.aborted) host.exit(signalExitCode(signal));
    else end.abort(new Interruption(signal));
  });
}

function watchOutput(host: Host, data: DataOutput): () => void {
  const failed = (error: Error): void => data.fail(error);
  // Nothing is to be said to a stderr that is closed, and nothing ends for that.
  const ignore = (): void => undefined;
  host.stdout.on('error', failed);
  host.stderr.on('error', ignore);
  return () => {
    // The listeners stay where a late error would end the process.
    if (host === processHost) return;
    host.stdout.off('error', failed);
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
