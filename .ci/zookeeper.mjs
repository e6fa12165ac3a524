// Ensures that a real ZooKeeper can be started, with certificates, which the tests need.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installDebianPackages, succeeds } from './debian.mjs';
import { root, StepError } from './workspace.mjs';

/**
 * Uses an installed ZooKeeper; on Debian and Ubuntu it installs the package if it is missing and that is permitted.
 * The workspace must have been built.
 *
 * @throws {StepError} that names what to install
 */
export async function ensureZooKeeper() {
  const missing = await whatIsMissing();
  if (missing === undefined) return;
  // If another ZooKeeper or Java was chosen explicitly, that one must be fixed instead of installing another.
  const mayInstall = !process.env.ZOOKEEPER_HOME && !process.env.JAVA_HOME;
  if (!mayInstall || !(await installDebianPackages('ZooKeeper', ['zookeeper', 'openssl']))) {
    throw new StepError(`The tests need a real ZooKeeper. ${missing}.`);
  }
  const stillMissing = await whatIsMissing();
  if (stillMissing !== undefined) throw new StepError(`The tests need a real ZooKeeper. ${stillMissing}.`);
}

/** The error message that the tests would print; undefined when everything is installed. */
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
