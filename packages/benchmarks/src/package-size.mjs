import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const installed = fileURLToPath(new URL('../node_modules', import.meta.url));

/**
 * How much JavaScript a package brings, without what it depends on.
 *
 * @param {string} name
 */
export function javaScriptBytes(name) {
  const folder = realpathSync(join(installed, name));
  const { files } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?js$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => isPublished(relative(folder, path), files))
    .reduce((sum, path) => sum + statSync(path).size, 0);
}

/**
 * @param {string} file
 * @param {readonly string[] | undefined} files of package.json
 */
function isPublished(file, files) {
  if (file.split('/').includes('node_modules')) return false;
  return files === undefined || files.some((pattern) => file.startsWith(pattern.replace(/^\.?\/|\/?\*.*$/g, '')));
}
