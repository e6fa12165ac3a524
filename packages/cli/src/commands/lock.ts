import { hostname } from 'node:os';
import type { RegistryLock } from '@ndsr/core';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { parseCount, parseDuration } from '../duration.js';
import { Exit } from '../endings.js';
import { examples } from '../examples.js';
import { exitCodes } from '../exit-codes.js';
import { GuardedCommand, type Outcome } from '../guard/guarded-command.js';
import { HeldFor } from '../guard/held-for.js';
import { outcomeExitCode } from '../guard/outcome-exit-code.js';
import { untilGone } from '../guard/run-guarded.js';
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
    .description('run a command while holding a lock, and answer its exit code')
    .usage('[options] <path> -- <command...>')
    .argument('<path>', 'of the lock; Python processes may share it', parsePath)
    .argument('[command...]', 'after --')
    .option('--simultaneous <count>', 'how many may hold it at once; all must say the same', parseCount, 1)
    .option('--wait <duration>', 'no longer than that; else for as long as it takes', parseDuration)
    .option('--name <name>', 'who we are to those who wait (host:pid)')
    .option('--grace <duration>', 'from a polite signal to SIGKILL', parseDuration, 10_000)
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
      checkOperands(operands, 1, true);
      return invoke((context) => runLocked(context, path, operands.command, options));
    });
}

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
      return await runHolding(context, lock, command, graceMs);
    } finally {
      // Only now: nothing of the command runs any more.
      await context.progress(`giving back ${path}`, lock.release());
    }
  });
}

async function acquire(context: Context, lock: RegistryLock, waitMs: number): Promise<void> {
  let holders: readonly string[] = [];
  const waiting = lock.acquire({ waitMs, signal: context.ending });
  const look = context.clock.backgroundTimer(
    1_000,
    () =>
      void lock.holders().then(
        (names) => (holders = names),
        () => undefined,
      ),
  );
  const acquired = await context.progress(() => `waiting for ${lock.path}${heldBy(holders)}`, waiting).finally(look);
  if (acquired) return;
  throw new Exit(exitCodes.notInTime, `${lock.path} was not to be had in time${heldBy(await lock.holders())}`);
}

function heldBy(names: readonly string[]): string {
  const known = names.filter((name) => name !== '');
  return known.length === 0 ? '' : `, held by ${known.join(', ')}`;
}

async function runHolding(
  context: Context,
  lock: RegistryLock,
  command: readonly string[],
  graceMs: number,
): Promise<number> {
  const { lost, fencingToken = '' } = lock;
  const env = { NDSR_LOCK: lock.path, NDSR_FENCING_TOKEN: String(fencingToken) };
  const guarded = new GuardedCommand({ command, env, graceMs, clock: context.clock });
  const heldFor = new HeldFor(lock, guarded, graceMs, context.clock);
  const kill = (): void => guarded.kill();
  lost.addEventListener('abort', kill, { once: true });
  try {
    await guarded.ready();
    // The guard must know for how long before anything runs; and where it is lost meanwhile nothing does.
    heldFor.start();
    if (lost.aborted) guarded.kill();
    else guarded.go();
    context.talk.detail(`holding ${lock.path}`);
    return exitCodeFor(lock, lost, await untilGone(context, guarded));
  } finally {
    heldFor.stop();
    lost.removeEventListener('abort', kill);
  }
}

function exitCodeFor(lock: RegistryLock, lost: AbortSignal, outcome: Outcome): number {
  if (outcome.reason === 'guard')
    throw new Exit(exitCodes.failed, 'The guard of the command was killed; so was the command');
  if (outcome.reason === null && !lost.aborted) return outcomeExitCode(outcome);
  const why = lost.aborted ? lost.reason.message : 'nothing was heard from the servers for too long';
  throw new Exit(exitCodes.lockLost, `${lock.path} is lost, and the command was ended for that: ${why}`);
}
