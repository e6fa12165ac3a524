// A package as it is published: the files that package.json names, a package.json without what only this repository needs, and links that
// work on npm.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { packedFiles } from './packed-files.mjs';
import { root } from './workspace.mjs';

/** @import { Member } from './members.mjs' */

/** The one place where the repository's address is written: package.json at the top, `repository.url`. */
export function repositoryUrl() {
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return typeof repository?.url === 'string' ? repository.url.replace(/^git\+|\.git$/g, '') : '';
}

/**
 * @param {Member} member
 * @param {string} target a new or empty folder
 * @param {string} repository such as `https://github.com/owner/name`; empty: unknown
 */
export function stage({ folder, manifest }, target, repository) {
  const { names } = packedFiles(folder);
  for (const name of names) cpSync(join(folder, name), join(target, name));
  const { scripts, devDependencies, ...published } = /** @type {Record<string, unknown>} */ ({ ...manifest });
  const place = relative(root, folder);
  const addresses = repository === '' ? {} : addressesOf(repository, place);
  writeFileSync(join(target, 'package.json'), `${JSON.stringify({ ...published, ...addresses }, null, 2)}\n`);
  if (repository === '') return;
  for (const page of names.filter((name) => name.endsWith('.md'))) {
    const markdown = readFileSync(join(folder, page), 'utf8');
    writeFileSync(join(target, page), withAbsoluteLinks(markdown, `${place}/${page}`, repository));
  }
}

/**
 * @param {string} repository
 * @param {string} place the package's folder, from the top of the repository on
 */
function addressesOf(repository, place) {
  return {
    repository: { type: 'git', url: `git+${repository}.git`, directory: place },
    homepage: `${repository}/tree/main/${place}#readme`,
    bugs: `${repository}/issues`,
  };
}

/**
 * npm shows a README alone, without the files beside it.
 *
 * @param {string} markdown
 * @param {string} page where it is, from the top of the repository on
 * @param {string} repository
 */
function withAbsoluteLinks(markdown, page, repository) {
  return markdown.replace(/(!?)\]\((?![a-z]+:|#)([^)\s#]+)/g, (_, image, link) => {
    const path = relative(root, resolve(root, dirname(page), link));
    return `${image}](${repository}/${image === '' && !/\.(svg|png)$/.test(path) ? 'blob' : 'raw'}/main/${path}`;
  });
}
