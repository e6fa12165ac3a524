// Installs packages that the tests need on Debian or Ubuntu, when that is possible without a question.
import { existsSync } from 'node:fs';
import { execute, step } from './workspace.mjs';

const minute = 60_000;

/**
 * Resolves to false on another system, or without the permission.
 *
 * @param {string} what for the line that says what is being done
 * @param {readonly string[]} packages
 */
export async function installDebianPackages(what, packages) {
  if (!existsSync('/etc/debian_version')) return false;
  const asRoot = await commandPrefix();
  if (asRoot === undefined) return false;
  await aptGet(`Looking for ${what}`, asRoot, ['update'], 5 * minute);
  await aptGet(`Installing ${what}`, asRoot, ['install', '-y', '--no-install-recommends', ...packages], 10 * minute);
  return true;
}

/** The command prefix to run a program as root; undefined when that is not possible. */
async function commandPrefix() {
  if (process.getuid?.() === 0) return [];
  const sudo = ['sudo', '--non-interactive'];
  return (await succeeds('sudo', ['--non-interactive', 'true'])) ? sudo : undefined;
}

/**
 * @param {string} title
 * @param {readonly string[]} asRoot
 * @param {readonly string[]} args
 * @param {number} timeoutMs
 */
async function aptGet(title, asRoot, args, timeoutMs) {
  // `env`, because sudo passes no variables on. The lock: another apt-get may be running on a machine that has just booted.
  const quietly = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'DPkg::Lock::Timeout=120'];
  const [command = '', ...rest] = [...asRoot, ...quietly, ...args];
  await step(title, command, rest, { timeoutMs });
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
export async function succeeds(command, args) {
  try {
    return (await execute(command, args, { timeoutMs: minute / 2, show: false })).exitCode === 0;
  } catch {
    return false; // There is no such program.
  }
}
