// Ensures that a Python with kazoo is installed: some tests run Python and Node processes on one ZooKeeper.
import { installDebianPackages, succeeds } from './debian.mjs';
import { StepError } from './workspace.mjs';

const { NDSR_PYTHON: chosen } = process.env;

/** The tests search the same places: packages/chaos/test/python/find-python.ts. */
const pythons = chosen ? [chosen] : ['/usr/bin/python3', 'python3'];

/**
 * Uses an installed Python with kazoo; on Debian and Ubuntu it installs kazoo if it is missing and that is permitted.
 *
 * @throws {StepError} that names what to install
 */
export async function ensurePython() {
  if (await hasKazoo()) return;
  // If another Python was chosen explicitly, that one must be fixed instead of installing another.
  if (!chosen) await installDebianPackages('kazoo for Python', ['python3-kazoo']);
  if (await hasKazoo()) return;
  throw new StepError(
    `The tests need a Python with kazoo (looked at ${pythons.join(', ')}). Install python3-kazoo (Debian, Ubuntu: apt-get install -y python3-kazoo), or set NDSR_PYTHON to a Python that has it.`,
  );
}

async function hasKazoo() {
  for (const python of pythons) {
    if (await succeeds(python, ['-c', 'import kazoo.client'])) return true;
  }
  return false;
}
