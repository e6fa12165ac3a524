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
 * Runs the command `ndsr` with these arguments, and resolves to its exit code. Never rejects.
 *
 * For tests, and for tools that embed the command. With `host` it uses other streams than those of this process.
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
      // Awaited below; this avoids an unhandled rejection until then.
      help.catch(() => undefined);
    },
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } finally {
    // A failed write decides the exit code.
    await help;
  }
  return exitCode;
}

/** The first signal ends the command after cleaning up, the second ends the process at once. */
function watchSignals(host: Host, end: AbortController): () => void {
  return host.onSignal((signal) => {
    if (end.signal.aborted) host.exit(signalExitCode(signal));
    else end.abort(new Interruption(signal));
  });
}

function watchOutput(host: Host, data: DataOutput): () => void {
  const failed = (error: Error): void => data.fail(error);
  // Errors of a closed stderr are ignored.
  const ignore = (): void => undefined;
  host.stdout.on('error', failed);
  host.stderr.on('error', ignore);
  return () => {
    // The listeners stay: without them a late error would end the process.
    if (host === processHost) return;
    host.stdout.off('error', failed);
    host.stderr.off('error', ignore);
  };
}

function tell(host: Host, error: unknown): void {
  // Commander has already printed its error; a signal and a closed pipe need no message.
  if (error instanceof CommanderError || error instanceof Interruption || error instanceof OutputClosed) return;
  if (error instanceof Exit && error.message === '') return;
  const message = error instanceof Error ? error.message : String(error);
  new Talk(host.stderr, colorsFor(host.stderr, host.env), 'normal').error(message);
}
