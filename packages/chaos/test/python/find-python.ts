import { spawnSync } from 'node:child_process';

/** Debian installs kazoo for its own Python, which another Python earlier on PATH may hide. */
const usual = ['/usr/bin/python3', 'python3'];

let found: string | undefined;

/**
 * A Python with kazoo: `NDSR_PYTHON` if set, otherwise Debian's, otherwise the one on PATH.
 *
 * @throws {Error} when there is none; the message names what to install
 */
export function findPython(): string {
  const { NDSR_PYTHON: chosen } = process.env;
  found ??= (chosen ? [chosen] : usual).find(hasKazoo);
  if (found !== undefined) return found;
  throw new Error(
    `No Python with kazoo (looked at ${chosen || usual.join(', ')}). ` +
      'Run `apt-get install -y python3-kazoo`, or set NDSR_PYTHON to a Python that has kazoo',
  );
}

function hasKazoo(python: string): boolean {
  return spawnSync(python, ['-c', 'import kazoo.client'], { timeout: 20_000 }).status === 0;
}
