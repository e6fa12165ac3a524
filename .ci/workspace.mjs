// What the commands of this repository share. Plain Node without dependencies: it runs before anything is installed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const bin = join(root, 'node_modules', '.bin');
const minute = 60_000;

/** A step that failed; its message is all that the user needs to see. */
export class StepError extends Error {
  /**
   * @param {string} message
   * @param {number} [exitCode]
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Runs a command's `main`; a `StepError` becomes its message and exit code.
 *
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = error.exitCode;
  }
}

/** Installs the workspace, as the lock file says. Takes under a second when there is nothing to do. */
export async function install() {
  const [command, ...args] = pnpm();
  // --prod=false: NODE_ENV=production would leave out the tools. CI: never a question, for nobody may be there to answer.
  await step('Installing packages', command, [...args, 'install', '--frozen-lockfile', '--prod=false'], {
    timeoutMs: 10 * minute,
    env: { CI: 'true' },
  });
}

/**
 * Builds packages and what they depend on.
 *
 * @param {readonly string[]} [names] all, when left out
 */
export async function build(names = []) {
  const filters = names.map((name) => `--filter=${name}...`);
  await step('Building', join(bin, 'turbo'), ['run', 'build', '--output-logs=errors-only', ...filters], {
    timeoutMs: 5 * minute,
  });
}

/**
 * Runs a program quietly: one line on what is being done and how long it took, and all it said when it fails.
 *
 * @param {string} title
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ timeoutMs: number, env?: Record<string, string> }} options
 */
export async function step(title, command, args, { timeoutMs, env }) {
  const startedAt = Date.now();
  process.stdout.write(`${title} … `);
  const { exitCode, output } = await execute(command, args, { timeoutMs, env, show: false });
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(exitCode === 0 ? `${seconds} s` : 'failed');
  if (exitCode === 0) return;
  throw new StepError(`${output.trimEnd()}\n\n${title} failed: ${[command, ...args].join(' ')}`);
}

/**
 * Runs a program in this terminal and returns its exit code.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ timeoutMs: number }} options
 */
export async function show(command, args, { timeoutMs }) {
  const { exitCode } = await execute(command, args, { timeoutMs, show: true });
  return exitCode;
}

/** @param {string} name a program that the workspace installs */
export function tool(name) {
  return join(bin, name);
}

/** pnpm in the version that package.json names: installed once, it is at hand without asking the registry. */
function pnpm() {
  const { packageManager } = readJson(join(root, 'package.json'));
  const installed = join(root, 'node_modules', 'pnpm', 'package.json');
  const isAtHand = existsSync(installed) && `pnpm@${readJson(installed).version}` === packageManager;
  return isAtHand ? [join(bin, 'pnpm')] : ['npx', '--yes', packageManager];
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * Runs a program, in this terminal or unseen, and ends it and all that it started when the time is up.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ timeoutMs: number, env?: Record<string, string> | undefined, show: boolean }} options
 * @returns {Promise<{ exitCode: number, output: string }>}
 */
export function execute(command, args, { timeoutMs, env, show }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      // In a group of its own, so that a time limit ends the programs that it started too.
      detached: true,
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
        TURBO_TELEMETRY_DISABLED: '1',
        ...env,
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => (output += text));

    /** @param {NodeJS.Signals} signal */
    const signalAll = (signal) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      } catch {
        // It has ended by itself in this very moment.
      }
    };
    const limit = setTimeout(() => {
      output += `\nNot done after ${timeoutMs / minute} minutes; ended.`;
      if (show) console.error(output);
      signalAll('SIGKILL');
    }, timeoutMs);
    /** @type {readonly NodeJS.Signals[]} */
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, signalAll);

    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      for (const signal of signals) process.off(signal, signalAll);
      resolve({ exitCode: code ?? 1, output });
    });
  });
}
