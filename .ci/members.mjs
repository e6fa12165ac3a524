import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

/**
 * A package of this repository: its folder's name, its folder, its package.json.
 *
 * @typedef {{ readonly name: string, readonly folder: string, readonly manifest: Manifest }} Member
 *
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} [version]
 * @property {boolean} [private]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [bin]
 * @property {Record<string, string | Record<string, string>>} [exports]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [peerDependencies]
 */

/** @returns {Member[]} everything under packages/ */
export function packages() {
  return readdirSync(join(root, 'packages')).map((name) => {
    const folder = join(root, 'packages', name);
    return { name, folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) };
  });
}

/** @returns {Member[]} those that users install */
export function publishedPackages() {
  return packages().filter(({ manifest }) => manifest.private !== true);
}

/**
 * Packages and the siblings that they need at run time, in dependency order.
 *
 * @param {readonly string[]} names as in package.json
 * @returns {Member[]}
 */
export function withSiblings(names) {
  const members = new Map(packages().map((member) => [member.manifest.name, member]));
  /** @type {Set<Member>} */
  const ordered = new Set();
  /** @param {string} name */
  const add = (name) => {
    const member = members.get(name);
    if (member === undefined || ordered.has(member)) return;
    const { dependencies, peerDependencies } = member.manifest;
    for (const needed of Object.keys({ ...dependencies, ...peerDependencies })) add(needed);
    ordered.add(member);
  };
  for (const name of names) add(name);
  return [...ordered];
}

/**
 * The names under which code is imported: `@ndsr/core`, `@ndsr/core/backend`.
 *
 * @param {Manifest} manifest
 */
export function entriesOf(manifest) {
  return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) =>
    typeof target === 'string' ? [] : [{ specifier: manifest.name + subpath.slice(1), target }],
  );
}

/**
 * The modules that users import, what they are built into, and their sources: dist/ has the names of src/.
 *
 * @returns {{ readonly specifier: string, readonly built: string, readonly file: string }[]}
 */
export function sourceEntries() {
  return publishedPackages().flatMap(({ folder, manifest }) =>
    entriesOf(manifest).map(({ specifier, target: { default: built = '' } }) => ({
      specifier,
      built: join(folder, built),
      file: join(folder, built.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts')),
    })),
  );
}
