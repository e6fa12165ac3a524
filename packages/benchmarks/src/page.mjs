import { formatEnvironment, formatNumber, formatSpread } from './format.mjs';
import { growthOf } from './growth.mjs';
import { bound } from './report.mjs';
import { subjects } from './subjects.mjs';
import { judge } from './targets.mjs';
import { workloads } from './workloads/workloads.mjs';

/** @import { Environment } from './environment.mjs' */
/** @import { Result } from './results.mjs' */
/** @import { Target } from './targets.mjs' */

/** @typedef {Environment & { quick: boolean, rounds: number, failed: string[], results: Result[] }} Run the output of `--json` */

const begin = '<!-- Figures: made by packages/benchmarks/src/write-page.mjs from performance.json. -->';
const end = '<!-- End of the figures. -->';
const nothingYet = 'No run has been recorded yet.';

/**
 * The page with the figures of `run` in their place.
 *
 * @param {string} page
 * @param {Run | undefined} run undefined: no run
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
  const missing = workloads.filter(({ name }) => !run.results.some(({ work }) => work === name));
  return [
    ...environmentOf(run),
    ...(missing.length === 0 ? [] : [`Not measured in this run: ${missing.map(({ name }) => name).join(', ')}.`]),
    ...(run.failed.length === 0 ? [] : [`Failed in this run: ${run.failed.join('; ')}.`]),
    ...targetTable(run.results, targets),
    ...growthTable(run.results),
    ...workloads.flatMap((work) => workTables(work.name, work.title, run.results)),
  ].join('\n\n');
}

/** @param {Run} run */
function environmentOf(run) {
  const kind = run.quick ? 'A short run (`--quick`)' : 'A full run';
  const list = formatEnvironment(run).map((line) => `- ${line}`);
  return [`${kind}, ${run.rounds} rounds. Medians; in brackets the lowest and the highest round.`, list.join('\n')];
}

/**
 * @param {readonly Result[]} results
 * @param {readonly Target[]} targets
 */
function targetTable(results, targets) {
  const verdicts = judge(results, targets);
  if (verdicts.length === 0) return [];
  const rows = verdicts.map(({ target, case: size, subject, value, outcome }) => [
    target.text,
    `${target.work} ${size}`,
    subject,
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
    ...subjects.map(({ name }) => lines.find(({ subject }) => subject === name)?.exponent.toFixed(2) ?? ''),
  ]);
  return [
    '### How the cost grows with the size',
    'The exponent: 1 is linear, and less than 1 where a part of the cost is the same for every size.',
    table(['', ...subjects.map(({ name }) => name)], rows),
    growths.map(({ work }) => `![${work}](${plotFile(work)})`).join('\n'),
  ];
}

/**
 * Path of a workload's plot, relative to docs.
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
    Object.entries(result.contestants).map(([subject, measured]) => [
      result.case,
      `${result.title}${result.unit === '' ? '' : `, ${result.unit}`}`,
      subject,
      formatSpread(measured),
      ...ratiosOf(result, subject),
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
 * @param {string} subject
 */
function ratiosOf({ comparisons }, subject) {
  const own = comparisons.filter(({ ours }) => ours === subject);
  const bare = own.find(({ peer }) => peer !== 'kazoo');
  const kazoo = own.find(({ peer }) => peer === 'kazoo');
  return [bare, kazoo].map((ratio) => (ratio === undefined ? '' : formatSpread(ratio)));
}

/**
 * Columns are as wide as their widest cell, as the repository's formatter requires.
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
