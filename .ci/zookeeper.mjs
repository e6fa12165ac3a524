// Makes sure that a real ZooKeeper can be started: the tests are not worth much without one.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execute, root, StepError, step } from './workspace.mjs';

const minute = 60_000;

/**
 * Takes the ZooKeeper that is there; on Debian and Ubuntu it installs the package when there is none and it may.
 * The workspace must have been built.
 *
 * @throws {StepError} that names what to install
 */
export async function ensureZooKeeper() {
  const missing = await whatIsMissing();
  if (missing === undefined) return;
  const asRoot = await commandPrefix();
  if (asRoot === undefined) throw new StepError(`The tests need a real ZooKeeper. ${missing}.`);
  await aptGet('Looking for the ZooKeeper package', asRoot, ['update'], 5 * minute);
  await aptGet('Installing ZooKeeper', asRoot, ['install', '-y', '--no-install-recommends', 'zookeeper'], 10 * minute);
  const stillMissing = await whatIsMissing();
  if (stillMissing !== undefined) throw new StepError(`The tests need a real ZooKeeper. ${stillMissing}.`);
}

/** What the tests themselves would say; undefined when there is all they need. */
async function whatIsMissing() {
  const built = join(root, 'packages/zookeeper-testing/dist/index.js');
  const { findZooKeeper } = await import(pathToFileURL(built).href);
  try {
    findZooKeeper();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** How to run apt-get as root; undefined where that is not possible, or where the user has chosen another ZooKeeper or Java. */
async function commandPrefix() {
  if (process.env.ZOOKEEPER_HOME || process.env.JAVA_HOME || !existsSync('/etc/debian_version')) return undefined;
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
  // `env`, because sudo passes no variables on. The lock: another apt-get may be at work on a machine that just booted.
  const quietly = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'DPkg::Lock::Timeout=120'];
  const [command = '', ...rest] = [...asRoot, ...quietly, ...args];
  await step(title, command, rest, { timeoutMs });
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
async function succeeds(command, args) {
  try {
    return (await execute(command, args, { timeoutMs: minute / 2, show: false })).exitCode === 0;
  } catch {
    return false; // There is no such program.
  }
}
