import { hostname } from 'node:os';
import type { RegistryLock } from '@ndsr/core';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { durationOption, parseCount, parseDuration } from '../duration.js';
import { Exit } from '../endings.js';
import { examples } from '../examples.js';
import { exitCodes } from '../exit-codes.js';
import { runHeld } from '../guard/run-held.js';
import type { Definition } from '../invoke.js';
import { checkOperands, splitOperands } from '../operands.js';
import { parsePath } from '../path-argument.js';

interface LockOptions {
  readonly simultaneous: number;
  readonly wait?: number;
  readonly name?: string;
  readonly grace: number;
}

export function defineLock({ program, args, invoke }: Definition): void {
  program
    .command('lock')
    .description('run a command while holding a lock, and exit with its code')
    .usage('[options] <path> -- <command...>')
    .argument('<path>', 'path of the lock, which Python processes may share', parsePath)
    .argument('[command...]', 'after --')
    .option('--simultaneous <count>', 'how many may hold it at once; all users must agree', parseCount, 1)
    .option('--wait <duration>', 'at most this long; default: no limit', parseDuration)
    .option('--name <name>', 'name shown to others that wait (host:pid)')
    .addOption(durationOption('--grace <duration>', 'from the signal to SIGKILL', '10s'))
    .addHelpText(
      'after',
      examples(
        'ndsr lock /locks/nightly -- ./nightly-report',
        'ndsr lock /locks/nightly --wait 30s -- ./nightly-report --full',
        `ndsr lock /locks/crawl --simultaneous 3 -- sh -c 'crawl && index'`,
      ),
    )
    .action((path: string, _command: string[], options: LockOptions, command: Command) => {
      const operands = splitOperands(args, command);
      checkOperands(command, operands, 1, true);
      return invoke((context) => runLocked(context, path, operands.command, options));
    });
}

/** Delay before the first message about the wait. */
const firstLookMs = 1_000;

async function runLocked(
  context: Context,
  path: string,
  command: readonly string[],
  {
    grace: graceMs,
    wait: waitMs = Number.POSITIVE_INFINITY,
    simultaneous,
    name = `${hostname()}:${process.pid}`,
  }: LockOptions,
): Promise<number> {
  return context.withRegistry({}, async (registry) => {
    const lock = registry.getLock(path, { name, simultaneous });
    await acquire(context, lock, waitMs);
    try {
      const { lost, fencingToken } = lock;
      const env = { NDSR_LOCK: path, NDSR_FENCING_TOKEN: String(fencingToken ?? '') };
      return await runHeld(context, { path, lost, env, certainMs: () => lock.certainMs }, command, graceMs);
    } finally {
      // Only now: no process of the command is running.
      await context.progress(`giving back ${path}`, lock.release());
    }
  });
}

async function acquire(context: Context, lock: RegistryLock, waitMs: number): Promise<void> {
  let holders: readonly string[] = [];
  // The message shows the last known holders; they are read again for the next one.
  const look = (): void => {
    lock.holders().then(
      (names) => (holders = names),
      () => undefined,
    );
  };
  const says = (): string => {
    look();
    return `waiting for ${lock.path}${heldBy(holders)}`;
  };
  const cancelLook = context.clock.backgroundTimer(firstLookMs, look);
  const waiting = lock.acquire({ waitMs, signal: context.ending }).finally(cancelLook);
  if (await context.progress(says, waiting)) return;
  throw new Exit(exitCodes.notInTime, `${lock.path} could not be acquired in time${heldBy(await lock.holders())}`);
}

function heldBy(names: readonly string[]): string {
  const known = names.filter((name) => name !== '');
  return known.length === 0 ? '' : `, held by ${known.join(', ')}`;
}
