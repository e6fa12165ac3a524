import { formatEnvironment, formatNumber, formatSpread } from './format.mjs';
import { growthOf } from './growth.mjs';
import { bound } from './report.mjs';
import { subjects } from './subjects.mjs';
import { judge } from './targets.mjs';
import { workloads } from './workloads/workloads.mjs';

/** @import { Environment } from './environment.mjs' */
/** @import { Result } from './results.mjs' */
/** @import { Target, Verdict } from './targets.mjs' */

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
    ...summary(run.results),
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

/** The figures that matter most to a user: question, workload, case and figure. */
const questions = [
  ['`peek` of a watched service, calls a second', 'lookup', 'calls', 'peek'],
  ['`await get` of a known path, calls a second', 'lookup', 'calls', 'get'],
  ['10,000 nodes registered at once, ms', 'register', '10000', 'ms'],
  ['a service of 5,000 read and watched, ms', 'watch', '5000', 'ms'],
  ['from a change to the callback, p50, ms', 'latency', 'idle', 'p50'],
  ['a lock, from release to held, p50, ms', 'lock', 'hand-over', 'p50'],
  ['10,000 registrations back after a lost session, ms', 'restore', '10000', 'ms'],
  ['the same at the default pace, ms', 'restore', '10000 paced', 'ms'],
  ['heap for a watched path with a callback, bytes', 'path-memory', '5000', 'heap'],
  ['loading the package, ms', 'imports', 'import', 'ms'],
];

/** @param {readonly Result[]} results */
function summary(results) {
  const measured = questions.flatMap(([question = '', work, size, figure]) =>
    results
      .filter((one) => one.work === work && one.case === size && one.figure === figure)
      .map(({ contestants }) => ({ question, contestants })),
  );
  if (measured.length === 0) return [];
  const names = subjectsOf(measured);
  const rows = measured.map(({ question, contestants }) => [
    question,
    ...names.map((name) => (contestants[name] === undefined ? '' : formatNumber(contestants[name].median))),
  ]);
  return ['### In short', table(['', ...names], rows)];
}

/**
 * @param {readonly Result[]} results
 * @param {readonly Target[]} targets
 */
function targetTable(results, targets) {
  const verdicts = judge(results, targets);
  if (verdicts.length === 0) return [];
  const names = subjects.map(({ name }) => name).filter((name) => verdicts.some(({ subject }) => subject === name));
  const goals = groupBy(verdicts, ({ target, case: size }) => `${target.text}\n${target.work} ${size}`);
  const rows = goals.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { target, case: size } = first;
    const measured = names.map((name) => group.find(({ subject }) => subject === name));
    return [[target.text, `${target.work} ${size}`, bound(target), ...measured.map(verdictCell)]];
  });
  return ['### The goals', table(['goal', 'work', 'goal is', ...names], rows)];
}

/** @param {Verdict | undefined} verdict */
function verdictCell(verdict) {
  return verdict === undefined ? '' : `${formatNumber(verdict.value)}, ${verdict.outcome}`;
}

/**
 * @param {readonly Result[]} results
 */
function growthTable(results) {
  const growths = growthOf(results);
  if (growths.length === 0) return [];
  const names = subjects
    .map(({ name }) => name)
    .filter((name) => growths.some(({ lines }) => lines.some(({ subject }) => subject === name)));
  const rows = growths.map(({ work, figure, lines }) => [
    `\`${work}\`: ${figure}`,
    ...names.map((name) => lines.find(({ subject }) => subject === name)?.exponent.toFixed(2) ?? ''),
  ]);
  return [
    '### How the cost grows with the size',
    'The exponent: 1 is linear, and less than 1 where a part of the cost is the same for every size.',
    table(['', ...names], rows),
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
  const byFigure = groupBy(mine, ({ figure }) => figure);
  return [`### \`${name}\``, `${title}.`, ...byFigure.flatMap((sizes) => figureTable(sizes))];
}

/** @param {readonly Result[]} sizes one figure in each size */
function figureTable(sizes) {
  const [first] = sizes;
  if (first === undefined) return [];
  const names = subjectsOf(sizes);
  const unit = first.unit === '' ? '' : `, ${first.unit}`;
  const rows = sizes.flatMap((result) => rowsOf(result, names));
  return [`**${first.title}${unit}:**`, table(['size', ...names], rows)];
}

/**
 * The measured subjects in their usual order, then those of one workload alone, such as `core`.
 *
 * @param {readonly Pick<Result, 'contestants'>[]} results
 */
function subjectsOf(results) {
  const measured = new Set(results.flatMap(({ contestants }) => Object.keys(contestants)));
  const usual = subjects.map(({ name }) => name).filter((name) => measured.has(name));
  return [...new Set([...usual, ...measured])];
}

/**
 * A row with the figures, and one for each kind of ratio that was measured.
 *
 * @param {Result} result
 * @param {readonly string[]} names of subjects
 */
function rowsOf({ case: size, contestants, comparisons }, names) {
  /** @param {boolean} toKazoo */
  const ratios = (toKazoo) =>
    names.map((name) => comparisons.find(({ ours, peer }) => ours === name && (peer === 'kazoo') === toKazoo));
  return [
    { label: size, cells: names.map((name) => contestants[name]) },
    { label: '÷ bare library', cells: ratios(false) },
    { label: '÷ kazoo', cells: ratios(true) },
  ]
    .filter(({ cells }) => cells.some((cell) => cell !== undefined))
    .map(({ label, cells }) => [label, ...cells.map((cell) => (cell === undefined ? '' : formatSpread(cell)))]);
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

/**
 * `Map.groupBy`, which Node 20 does not have.
 *
 * @template Item
 * @param {readonly Item[]} items
 * @param {(item: Item) => string} keyOf
 * @returns {Item[][]} in the order of their first items
 */
function groupBy(items, keyOf) {
  /** @type {Map<string, Item[]>} */
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}
