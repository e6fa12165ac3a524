import { hostname } from 'node:os';
import { LeadershipLostError, type RegistryElection } from '@ndsr/core';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { durationOption } from '../duration.js';
import { Exit } from '../endings.js';
import { examples } from '../examples.js';
import { exitCodes } from '../exit-codes.js';
import { runHeld } from '../guard/run-held.js';
import type { Definition } from '../invoke.js';
import { checkOperands, splitOperands } from '../operands.js';
import { parsePath } from '../path-argument.js';

interface ElectOptions {
  readonly name?: string;
  readonly grace: number;
  readonly requeue?: boolean;
}

export function defineElect({ program, args, invoke }: Definition): void {
  program
    .command('elect')
    .description('run a command while leading an election')
    .usage('[options] <path> -- <command...>')
    .argument('<path>', 'path of the election, which Python processes may share', parsePath)
    .argument('[command...]', 'after --')
    .option('--name <name>', 'name shown to the others (host:pid)')
    .option('--requeue', 'after losing leadership, stand again instead of exiting with 79')
    .addOption(durationOption('--grace <duration>', 'from the signal to SIGKILL', '10s'))
    .addHelpText(
      'after',
      examples(
        'ndsr elect /elections/scheduler -- ./scheduler',
        'ndsr elect /elections/scheduler --requeue -- ./scheduler',
      ),
    )
    .action((path: string, _command: string[], options: ElectOptions, command: Command) => {
      const operands = splitOperands(args, command);
      checkOperands(command, operands, 1, true);
      return invoke((context) => elect(context, path, operands.command, options));
    });
}

async function elect(
  context: Context,
  path: string,
  command: readonly string[],
  { name = `${hostname()}:${process.pid}`, requeue = false, grace }: ElectOptions,
): Promise<number> {
  return context.withRegistry({}, async (registry) => {
    const election = registry.getElection(path, { name });
    for (;;) {
      try {
        return await leadOnce(context, election, command, grace, requeue);
      } catch (error) {
        const loss = lossFrom(path, error);
        if (loss === undefined || !requeue || context.ending.aborted) throw loss ?? error;
        context.talk.warn(`${loss.message}; standing again`);
      }
    }
  });
}

async function leadOnce(
  context: Context,
  election: RegistryElection,
  command: readonly string[],
  graceMs: number,
  requeue: boolean,
): Promise<number> {
  const { path } = election;
  const { ending } = context;
  // A candidate that waits is called off; the leader's command gets the signal itself, and leads until it has ended.
  const off = new AbortController();
  let isLeading = false;
  const callOff = (): void => {
    if (!isLeading && ending.aborted) off.abort(ending.reason);
  };
  ending.addEventListener('abort', callOff);
  callOff();
  const leading = election.lead(
    async (lost, leadership) => {
      isLeading = true;
      const env = { NDSR_ELECTION: path, NDSR_FENCING_TOKEN: String(leadership.fencingToken) };
      const held = { path, lost, env, certainMs: () => leadership.certainMs };
      try {
        return await runHeld(context, held, command, graceMs);
      } finally {
        isLeading = false;
      }
    },
    { signal: off.signal, requeue },
  );
  return leading.finally(() => ending.removeEventListener('abort', callOff));
}

/** Maps a lost leadership to the `Exit` of the command; returns any other error unchanged. */
function lossFrom(path: string, error: unknown): Exit | undefined {
  if (error instanceof Exit && error.exitCode === exitCodes.lockLost) return error;
  if (!(error instanceof LeadershipLostError)) return undefined;
  return new Exit(exitCodes.lockLost, `${path} is lost, and the command was ended for that: ${error.message}`);
}
