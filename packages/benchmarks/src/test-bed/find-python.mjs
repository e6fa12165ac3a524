import { spawnSync } from 'node:child_process';

/** Debian installs kazoo for its own Python, which another Python earlier on PATH may hide. */
const usual = ['/usr/bin/python3', 'python3'];

/** @type {string | undefined} */
let found;

/**
 * A Python with kazoo: `NDSR_PYTHON` if set, otherwise Debian's, otherwise the one on PATH.
 *
 * @returns {string}
 * @throws {Error} when there is none; the message names what to install
 */
export function findPython() {
  const { NDSR_PYTHON: chosen } = process.env;
  found ??= (chosen ? [chosen] : usual).find(hasKazoo);
  if (found !== undefined) return found;
  throw new Error(
    'No Python with kazoo. Run `apt-get install -y python3-kazoo`, or set NDSR_PYTHON to a Python that has kazoo',
  );
}

/** @param {string} python */
function hasKazoo(python) {
  return spawnSync(python, ['-c', 'import kazoo.client'], { timeout: 20_000 }).status === 0;
}
