import { execFileSync } from 'node:child_process';

/**
 * The size of a package as published: the bytes of its files when installed, and their number.
 *
 * @param {string} folder
 * @returns {{ readonly bytes: number, readonly files: number, readonly names: readonly string[] }}
 */
export function packedFiles(folder) {
  // The scripts of a package build it; it is built.
  const json = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ unpackedSize, files }] = JSON.parse(json);
  return {
    bytes: unpackedSize,
    files: files.length,
    names: files.map((/** @type {{ path: string }} */ { path }) => path),
  };
}
