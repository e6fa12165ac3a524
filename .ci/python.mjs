// Makes sure that there is a Python with kazoo: some tests share a ZooKeeper with the other half of a mixed fleet.
import { installDebianPackages, succeeds } from './debian.mjs';
import { StepError } from './workspace.mjs';

const { NDSR_PYTHON: chosen } = process.env;

/** Where the tests look for it too: packages/chaos/test/python/find-python.ts. */
const pythons = chosen ? [chosen] : ['/usr/bin/python3', 'python3'];

/**
 * Takes the Python that is there; on Debian and Ubuntu it installs kazoo when there is none and it may.
 *
 * @throws {StepError} that names what to install
 */
export async function ensurePython() {
  if (await hasKazoo()) return;
  // Who has chosen another Python wants that one put right, not another beside it.
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
