// The Markdown pages and the code blocks in them. CONTRIBUTING.md describes how a block is checked.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedPackages } from './members.mjs';
import { root } from './workspace.mjs';

/**
 * A fenced block of code.
 *
 * @typedef {object} Block
 * @property {string} page the file's name, from the top of the repository on
 * @property {number} line where its code begins
 * @property {string} language the info string after the fence
 * @property {string} code
 * @property {string} given code that the page assumes and does not show, from a comment before the block
 * @property {string | undefined} name its file's name, where other blocks of the page import it: from a comment, too
 */

const fenced = /(?:^<!-- (given|file): ?((?:(?!-->).)*)-->\n+)?^```(\S*)\n(.*?)^```$/gms;

/** All pages: at the top, in docs/ and in the packages, without generated ones. */
export function pages() {
  const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && !file.startsWith('api/'))
    .map((file) => `docs/${file}`);
  const ofPackages = publishedPackages().map(({ name }) => `packages/${name}/README.md`);
  const all = [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'packages/chaos/README.md',
    ...inDocs.sort(),
    ...ofPackages,
  ];
  return all.filter((page) => existsSync(join(root, page)));
}

/** @param {string} page */
export function textOf(page) {
  return readFileSync(join(root, page), 'utf8');
}

/**
 * @param {string} page
 * @param {string} markdown
 * @returns {Block[]}
 */
export function blocksIn(page, markdown) {
  return [...markdown.matchAll(fenced)].map(
    ({ index, 0: whole, 1: marker, 2: text = '', 3: language = '', 4: code = '' }) => ({
      page,
      line: linesOf(markdown.slice(0, index + whole.indexOf('```'))) + 1,
      language,
      code,
      given: marker === 'given' ? text.trim() : '',
      name: marker === 'file' ? text.trim() : undefined,
    }),
  );
}

/**
 * Indented blocks: commands, and text that is not code.
 *
 * @param {string} markdown
 * @returns {string[]} their lines, without the indentation
 */
export function indentedLinesIn(markdown) {
  const outside = markdown.replaceAll(fenced, '');
  return [...outside.matchAll(/^(?:\n|(?<=\n\n)) {4}(\S.*(?:\n {4}.*)*)/gm)].flatMap(([, lines = '']) =>
    lines.split('\n').map((line) => line.trim()),
  );
}

/** @param {string} text */
function linesOf(text) {
  return text.split('\n').length;
}
