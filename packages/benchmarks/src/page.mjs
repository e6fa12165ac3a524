import { contestants } from './contestants.mjs';
import { formatCircumstances, formatNumber, formatSpread } from './format.mjs';
import { growthOf } from './growth.mjs';
import { bound } from './report.mjs';
import { judge } from './targets.mjs';
import { works } from './works/works.mjs';

/** @import { Circumstances } from './circumstances.mjs' */
/** @import { Result } from './results.mjs' */
/** @import { Target } from './targets.mjs' */

/** @typedef {Circumstances & { quick: boolean, rounds: number, failed: string[], results: Result[] }} Run what `--json` writes */

const begin = '<!-- Figures: made by packages/benchmarks/src/write-page.mjs from performance.json. -->';
const end = '<!-- End of the figures. -->';
const nothingYet = 'No run has been recorded yet.';

/**
 * The page with the figures of `run` in the place that is meant for them.
 *
 * @param {string} page
 * @param {Run | undefined} run undefined: there is none
 * @param {readonly Target[]} targets
 */
export function fillPage(page, run, targets) {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error('The page has no place for figures');
  return `${page.slice(0, from + begin.length)}\n\n${figuresOf(run, targets)}\n\n${page.slice(to)}`;
}

/**
 * @param {Run | undefined} run
 * @param {readonly Target[]} targets
 */
function figuresOf(run, targets) {
  if (run === undefined) return nothingYet;
  const missing = works.filter(({ name }) => !run.results.some(({ work }) => work === name));
  return [
    ...circumstancesOf(run),
    ...(missing.length === 0 ? [] : [`Not measured in this run: ${missing.map(({ name }) => name).join(', ')}.`]),
    ...(run.failed.length === 0 ? [] : [`Failed in this run: ${run.failed.join('; ')}.`]),
    ...targetTable(run.results, targets),
    ...growthTable(run.results),
    ...works.flatMap((work) => workTables(work.name, work.title, run.results)),
  ].join('\n\n');
}

/** @param {Run} run */
function circumstancesOf(run) {
  const kind = run.quick ? 'A short run (`--quick`)' : 'A full run';
  const list = formatCircumstances(run).map((line) => `- ${line}`);
  return [`${kind}, ${run.rounds} rounds. Medians; in brackets the lowest and the highest round.`, list.join('\n')];
}

/**
 * @param {readonly Result[]} results
 * @param {readonly Target[]} targets
 */
function targetTable(results, targets) {
  const verdicts = judge(results, targets);
  if (verdicts.length === 0) return [];
  const rows = verdicts.map(({ target, case: size, contestant, value, outcome }) => [
    target.text,
    `${target.work} ${size}`,
    contestant,
    bound(target),
    formatNumber(value),
    outcome,
  ]);
  return ['### The goals', table(['goal', 'work', 'backend', 'asked for', 'measured', ''], rows)];
}

/**
 * @param {readonly Result[]} results
 */
function growthTable(results) {
  const growths = growthOf(results);
  if (growths.length === 0) return [];
  const rows = growths.map(({ work, figure, lines }) => [
    `\`${work}\`: ${figure}`,
    ...contestants.map(({ name }) => lines.find(({ contestant }) => contestant === name)?.exponent.toFixed(2) ?? ''),
  ]);
  return [
    '### How the cost grows with the size',
    'The exponent: 1 is linear, and less than 1 where a part of the cost is the same for every size.',
    table(['', ...contestants.map(({ name }) => name)], rows),
    growths.map(({ work }) => `![${work}](${plotFile(work)})`).join('\n'),
  ];
}

/**
 * Where the plot of a work stands, from docs on.
 *
 * @param {string} work
 */
export function plotFile(work) {
  return `performance/${work}.svg`;
}

/**
 * @param {string} name
 * @param {string} title
 * @param {readonly Result[]} results
 */
function workTables(name, title, results) {
  const mine = results.filter(({ work }) => work === name);
  if (mine.length === 0) return [];
  const rows = mine.flatMap((result) =>
    Object.entries(result.contestants).map(([contestant, measured]) => [
      result.case,
      `${result.title}${result.unit === '' ? '' : `, ${result.unit}`}`,
      contestant,
      formatSpread(measured),
      ...ratiosOf(result, contestant),
    ]),
  );
  return [
    `### \`${name}\``,
    `${title}.`,
    table(['', 'figure', 'contestant', 'measured', '÷ bare library', '÷ kazoo'], rows),
  ];
}

/**
 * @param {Result} result
 * @param {string} contestant
 */
function ratiosOf({ comparisons }, contestant) {
  const own = comparisons.filter(({ ours }) => ours === contestant);
  const bare = own.find(({ peer }) => peer !== 'kazoo');
  const kazoo = own.find(({ peer }) => peer === 'kazoo');
  return [bare, kazoo].map((ratio) => (ratio === undefined ? '' : formatSpread(ratio)));
}

/**
 * With columns as wide as their widest cell: so the repository's formatter wants it.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
function table(head, rows) {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((wide) => '-'.repeat(wide))), ...rows.map(line)].join('\n');
}
