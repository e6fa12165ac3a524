// What the commands of this repository share. Plain Node without dependencies: it runs before anything is installed.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Progress } from './progress.mjs';

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

/** Installs the workspace, as the lock file says. Takes a second or two when there is nothing to do. */
export async function install() {
  // --prod=false: NODE_ENV=production would leave out the tools. No scripts: the only one compiles the native binding, which
  // needs a compiler that not every machine has; `ensureNativeBinding` does that for those who need it.
  const args = ['install', '--frozen-lockfile', '--prod=false', '--ignore-scripts'];
  await pnpm('Installing packages', args, { timeoutMs: 10 * minute });
}

/**
 * Runs pnpm, in the version that package.json names, on the workspace.
 *
 * @param {string} title
 * @param {readonly string[]} args
 * @param {{ timeoutMs: number, env?: Record<string, string> }} options
 */
export async function pnpm(title, args, { timeoutMs, env }) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // From elsewhere, so that npx takes a pnpm of its own: the workspace's could be removed by its own work.
  // CI: never a question, for nobody may be there to answer.
  await step(title, 'npx', ['--yes', packageManager, '--dir', root, ...args], {
    timeoutMs,
    cwd: tmpdir(),
    env: { CI: 'true', ...env },
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
 * Runs a program quietly: what is being done and for how long, and everything that it printed when it fails.
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
 * @property {boolean} show in this terminal, or unseen
 * @property {string} [cwd] the top of the workspace, when left out
 * @property {Record<string, string>} [env] beside what there is
 * @property {(text: string) => void} [onOutput] receives each part of the output, unless it is shown
 */

/**
 * Runs a program, and ends it and all that it started when the time is up.
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
