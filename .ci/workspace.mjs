// Shared by the commands of this repository. Plain Node without dependencies: it runs before anything is installed.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Progress } from './progress.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

const bin = join(root, 'node_modules', '.bin');
const minute = 60_000;

/** A failed step; users need only its message. */
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

/**
 * Parses the arguments of a command. Called before anything is installed, so that a typo costs no time.
 *
 * @template Options
 * @param {(args: string[]) => Options} readOptions
 * @param {new (...args: never[]) => Error} UsageError thrown by `readOptions` for invalid arguments
 * @returns {{ args: string[], options: Options }}
 * @throws {StepError} with exit code 2 for invalid arguments
 */
export function readArguments(readOptions, UsageError) {
  const args = process.argv.slice(2);
  try {
    return { args, options: readOptions(args) };
  } catch (error) {
    if (error instanceof UsageError) throw new StepError(error.message, 2);
    throw error;
  }
}

/** Installs the workspace according to the lock file. Takes a second or two when there is nothing to do. */
export async function install() {
  // --prod=false: NODE_ENV=production would omit the tools. No scripts: the only one compiles the native binding, which needs a
  // compiler that not every machine has; `ensureNativeBinding` does that when it is needed.
  const args = ['install', '--frozen-lockfile', '--prod=false', '--ignore-scripts'];
  await pnpm('Installing packages', args, { timeoutMs: 10 * minute });
}

/**
 * Runs pnpm on the workspace, in the version of package.json.
 *
 * @param {string} title
 * @param {readonly string[]} args
 * @param {{ timeoutMs: number, env?: Record<string, string> }} options
 */
export async function pnpm(title, args, { timeoutMs, env }) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // From another folder, so that npx uses its own pnpm: the workspace's pnpm could remove itself.
  // CI: pnpm asks no questions.
  await step(title, 'npx', ['--yes', packageManager, '--dir', root, ...args], {
    timeoutMs,
    cwd: tmpdir(),
    env: { CI: 'true', ...env },
  });
}

/**
 * Builds packages and their dependencies.
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
 * Runs a program quietly: prints the step and its duration, and the whole output when it fails.
 *
 * @param {string} title
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Omit<ExecuteOptions, 'show' | 'onOutput'>} options
 */
export async function step(title, command, args, options) {
  const progress = new Progress(title);
  const onOutput = (/** @type {string} */ text) => progress.receive(text);
  const { exitCode, output } = await execute(command, args, { ...options, show: false, onOutput });
  progress.end(exitCode === 0);
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

/**
 * @typedef {object} ExecuteOptions
 * @property {number} timeoutMs
 * @property {boolean} show true: in this terminal; false: hidden
 * @property {string} [cwd] default: the top of the workspace
 * @property {Record<string, string>} [env] added to the current environment
 * @property {(text: string) => void} [onOutput] receives each part of the output, unless it is shown
 */

/**
 * Runs a program; at the time limit it ends the program and all its child processes.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {ExecuteOptions} options
 * @returns {Promise<{ exitCode: number, output: string }>}
 */
export function execute(command, args, { timeoutMs, show, cwd = root, env, onOutput }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      // In its own process group, so that the time limit also ends its child processes.
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
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
        onOutput?.(text);
      });
    }

    /** @param {NodeJS.Signals} signal */
    const signalAll = (signal) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      } catch {
        // It has just ended by itself.
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
