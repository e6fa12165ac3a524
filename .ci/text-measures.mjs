// Measures the text of the pages: `node .ci/text-measures.mjs [FOLDER]`, where FOLDER is another clone to compare with.
// Prints a line for each page and one for all of them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

/**
 * @typedef {object} Measures
 * @property {number} lines
 * @property {number} words outside of code blocks; a number is none
 * @property {number} longestLine of prose and lists, in characters; table rows are padded by the formatter, so they do not count
 * @property {number} longestCell of a table, in characters, with a link counted as its text
 * @property {number} openings sentences that open with a bare relative clause
 */

/**
 * A sentence, a list item or a cell that opens with "Whoever takes …" or "What cannot be sent is …". Questions and bold titles do not
 * count.
 */
const opening = /(?:^|[.:;!?]\s+|\|\s*|[-*]\s+)(?:What|Who|Whoever|Whatever|Whether|How)\s[^.?!|]*[.:;|]/gm;

/**
 * @param {string} markdown
 * @returns {Measures}
 */
function measure(markdown) {
  const text = markdown
    .replaceAll(/^```.*?^```$/gms, '')
    .replaceAll(/<!--.*?-->/gs, '')
    .replaceAll(/\]\([^()\s]+\)/g, ']');
  const lines = text.split('\n');
  const isRow = (/** @type {string} */ line) => line.startsWith('|');
  const cells = lines.filter(isRow).flatMap((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
  const prose = markdown.replaceAll(/^```.*?^```$/gms, '').split('\n');
  return {
    lines: markdown.split('\n').length - 1,
    words: (text.match(/\S*\p{L}\S*/gu) ?? []).length,
    longestLine: longest(prose.filter((line) => !isRow(line))),
    longestCell: longest(cells.filter((cell) => !/^-+$/.test(cell))),
    openings: (
      lines
        .filter((line) => !line.startsWith('#'))
        .join('\n')
        .match(opening) ?? []
    ).length,
  };
}

/** @param {readonly string[]} texts */
function longest(texts) {
  return Math.max(0, ...texts.map(({ length }) => length));
}

/** @param {string} folder */
function pagesIn(folder) {
  const skipped = /(^|\/)(node_modules|dist|api|\.changeset|\.git|\.turbo)\//;
  return ['', 'docs', 'packages', 'examples']
    .flatMap((place) =>
      readdirSync(join(folder, place), { recursive: place !== '', encoding: 'utf8' }).map((file) => join(place, file)),
    )
    .filter((file) => file.endsWith('.md') && !skipped.test(file) && !file.endsWith('CHANGELOG.md'))
    .sort();
}

/** @param {readonly (string | number)[]} cells */
function printRow([page = '', ...cells]) {
  console.log(String(page).padEnd(64) + cells.map((cell) => String(cell).padStart(9)).join(''));
}

const folder = process.argv[2] ?? root;
if (!existsSync(join(folder, 'README.md'))) throw new Error(`${folder} has no README.md`);
printRow(['page', 'lines', 'words', 'line', 'cell', 'openings']);
const all = { lines: 0, words: 0, longestLine: 0, longestCell: 0, openings: 0 };
for (const page of pagesIn(folder)) {
  const measures = measure(readFileSync(join(folder, page), 'utf8'));
  printRow([page, ...Object.values(measures)]);
  all.lines += measures.lines;
  all.words += measures.words;
  all.longestLine = Math.max(all.longestLine, measures.longestLine);
  all.longestCell = Math.max(all.longestCell, measures.longestCell);
  all.openings += measures.openings;
}
printRow(['all', ...Object.values(all)]);
