import { contestants } from './contestants.mjs';
import { formatCircumstances, formatNumber, formatSpread } from './format.mjs';
import { bound } from './report.mjs';
import { exponentOf } from './statistics.mjs';
import { judge } from './targets.mjs';
import { works } from './works/works.mjs';

/** @import { Circumstances } from './circumstances.mjs' */
/** @import { Result } from './results.mjs' */
/** @import { Target } from './targets.mjs' */

/** @typedef {Circumstances & { quick: boolean, rounds: number, results: Result[] }} Run what `--json` writes */

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
 * How the cost of a work grows with its size: 1 is linear. What is counted for each of many tells by its own growth.
 *
 * @param {readonly Result[]} results
 */
function growthTable(results) {
  const rows = works.flatMap(({ name, title }) => {
    const measured = results.filter(({ work, figure }) => work === name && figure === 'ms');
    const sizes = measured.filter(({ case: size }) => /^\d+$/.test(size));
    if (sizes.length < 2 || name === 'arrivals') return [];
    return [[title, ...contestants.map(({ name: contestant }) => growthOf(sizes, contestant))]];
  });
  if (rows.length === 0) return [];
  const head = ['work', ...contestants.map(({ name }) => name)];
  return [
    '### How the time grows with the size',
    'The exponent: 1 is linear, and less than 1 where a part of the time is the same for every size.',
    table(head, rows),
  ];
}

/**
 * @param {readonly Result[]} sizes
 * @param {string} contestant
 */
function growthOf(sizes, contestant) {
  const points = sizes.flatMap(({ case: size, contestants: measured }) => {
    const cost = measured[contestant]?.median;
    return cost === undefined || cost <= 0 ? [] : [/** @type {const} */ ([Number(size), cost])];
  });
  return points.length < 2 ? '' : exponentOf(points).toFixed(2);
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
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
function table(head, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
