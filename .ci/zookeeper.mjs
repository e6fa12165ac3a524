// Makes sure that a real ZooKeeper can be started, and certificates be made for it: the tests are not worth much without.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installDebianPackages, succeeds } from './debian.mjs';
import { root, StepError } from './workspace.mjs';

/**
 * Takes the ZooKeeper that is there; on Debian and Ubuntu it installs the package when there is none and it may.
 * The workspace must have been built.
 *
 * @throws {StepError} that names what to install
 */
export async function ensureZooKeeper() {
  const missing = await whatIsMissing();
  if (missing === undefined) return;
  // Who has chosen another ZooKeeper or Java wants that one put right, not another beside it.
  const mayInstall = !process.env.ZOOKEEPER_HOME && !process.env.JAVA_HOME;
  if (!mayInstall || !(await installDebianPackages('ZooKeeper', ['zookeeper', 'openssl']))) {
    throw new StepError(`The tests need a real ZooKeeper. ${missing}.`);
  }
  const stillMissing = await whatIsMissing();
  if (stillMissing !== undefined) throw new StepError(`The tests need a real ZooKeeper. ${stillMissing}.`);
}

/** What the tests themselves would say; undefined when there is all they need. */
async function whatIsMissing() {
  const built = join(root, 'packages/zookeeper-testing/dist/index.js');
  const { findZooKeeper } = await import(pathToFileURL(built).href);
  try {
    findZooKeeper();
    return (await succeeds('openssl', ['version'])) ? undefined : 'openssl is not on PATH: it makes the certificates';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
