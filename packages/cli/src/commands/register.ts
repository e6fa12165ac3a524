import type { Clock } from '@ndsr/core';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { parseData } from '../data-argument.js';
import { durationOption, parseCount, parsePositiveDuration } from '../duration.js';
import { Exit } from '../endings.js';
import { examples } from '../examples.js';
import { exitCodes } from '../exit-codes.js';
import { GuardedCommand } from '../guard/guarded-command.js';
import { outcomeExitCode } from '../guard/outcome-exit-code.js';
import { untilGone } from '../guard/run-guarded.js';
import { watchHealth } from '../health/health-watch.js';
import { runCheck } from '../health/run-check.js';
import type { Definition } from '../invoke.js';
import { checkOperands, splitOperands } from '../operands.js';
import { parsePath } from '../path-argument.js';
import { Registration } from '../registration.js';

interface RegisterOptions {
  readonly text?: boolean;
  readonly check?: string;
  readonly every: number;
  readonly checkTimeout?: number;
  readonly rise: number;
  readonly fall: number;
  readonly drain: number;
  readonly grace: number;
}

export function defineRegister({ program, args, invoke }: Definition): void {
  program
    .command('register')
    .description('register while a command runs, or until a signal')
    .usage('[options] <path> [data] [-- <command...>]')
    .argument('<path>', 'path of the node, which disappears with this process', parsePath)
    .argument('[data]', 'a JSON object, or text')
    .argument('[command...]', 'after --')
    .option('--text', 'the data is text, even if it looks like JSON')
    .option('--check <command>', 'register only while this passes (exit code 0); run by a shell')
    .addOption(durationOption('--every <duration>', 'from one check to the next', '5s', parsePositiveDuration))
    .option('--check-timeout <duration>', 'a longer check has failed (--every)', parsePositiveDuration)
    .option('--rise <count>', 'checks in a row that must pass to register', parseCount, 2)
    .option('--fall <count>', 'checks in a row that must fail to deregister', parseCount, 3)
    .addOption(durationOption('--drain <duration>', 'from deregistering to the signal for the command', '0'))
    .addOption(durationOption('--grace <duration>', 'from the signal to SIGKILL', '10s'))
    .addHelpText(
      'after',
      examples(
        'ndsr register /production/ssh/server1:22',
        `ndsr register /production/web/10.0.0.7:80 '{"weight":3}' -- node server.js`,
        `ndsr register /production/web/10.0.0.7:80 --check 'curl -fs localhost/health' --every 5s -- node server.js`,
      ),
    )
    .action((path: string, _data: unknown, _command: unknown, options: RegisterOptions, command: Command) => {
      const operands = splitOperands(args, command);
      checkOperands(command, operands, 2, false);
      if (options.check?.trim() === '') command.error('--check: the command is empty');
      return invoke((context) => register(context, path, operands.own[1], operands.command, options));
    });
}

/** How long the signal to the command is delayed until the node has been removed. */
const mostWithdrawMs = 2_000;

async function register(
  context: Context,
  path: string,
  input: string | undefined,
  command: readonly string[],
  options: RegisterOptions,
): Promise<number> {
  const data = input === undefined ? undefined : parseData(input, options);
  // A checked service may be withdrawn without a connection: the removal is deferred.
  return context.withRegistry({ offline: 'defer' }, async (registry) => {
    const registration = new Registration(registry, path, data, context.talk);
    if (command.length === 0) return untilSignal(context, registration, options);
    return whileCommandLives(context, registration, command, options);
  });
}

/** Ended by a signal on request, which is not a failure. */
async function untilSignal(context: Context, registration: Registration, options: RegisterOptions): Promise<number> {
  const over = new AbortController();
  const failed = keep(context, registration, options, over.signal);
  try {
    await Promise.race([context.untilEnding(), failed]);
    return exitCodes.ok;
  } finally {
    over.abort();
  }
}

async function whileCommandLives(
  context: Context,
  registration: Registration,
  command: readonly string[],
  options: RegisterOptions,
): Promise<number> {
  const { clock } = context;
  const guarded = new GuardedCommand({ command, env: {}, graceMs: options.grace, clock });
  await guarded.ready();
  guarded.go();
  const over = new AbortController();
  const failed = keep(context, registration, options, over.signal);
  failed.catch(() => guarded.end('SIGTERM'));
  const withdraw = async (): Promise<void> => {
    over.abort();
    // Servers that do not answer must not keep the command from its signal.
    await Promise.race([registration.set(false), pause(clock, mostWithdrawMs)]);
    if (options.drain > 0) await pause(clock, options.drain);
  };
  try {
    const outcome = await untilGone(context, guarded, withdraw);
    if (outcome.reason === 'guard')
      throw new Exit(exitCodes.failed, 'The guard of the command was killed; so was the command');
    // The command was ended because the registration failed.
    await Promise.race([failed, Promise.resolve()]);
    return outcomeExitCode(outcome);
  } finally {
    over.abort();
  }
}

/** Registers at once, or depending on the check. Rejects when the registration is rejected, otherwise it never settles. */
async function keep(
  context: Context,
  registration: Registration,
  { check, every: everyMs, checkTimeout, rise, fall }: RegisterOptions,
  signal: AbortSignal,
): Promise<never> {
  const { clock } = context;
  if (check === undefined) await registration.set(true);
  else {
    await watchHealth({
      ...{ rise, fall, everyMs, clock, signal },
      check: () => runCheck({ command: check, timeoutMs: checkTimeout ?? everyMs, clock, signal }),
      change: (up) => registration.set(up),
    });
  }
  return new Promise<never>(() => undefined);
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.backgroundTimer(ms, resolve));
}
