import { contestants } from './contestants.mjs';
import { summarise } from './statistics.mjs';

/** @import { Summary } from './statistics.mjs' */
/** @import { Figure } from './works/work.mjs' */

/**
 * @typedef {object} Measurement one contestant, once
 * @property {string} work
 * @property {string} case
 * @property {string} contestant
 * @property {number} round
 * @property {Readonly<Record<string, number>>} figures by name
 */

/** @typedef {Summary & { readonly values: readonly number[] }} Measured one value for each round, in their order */

/** @typedef {Summary & { readonly ours: string, readonly peer: string }} Comparison ours divided by the peer's, round by round */

/**
 * @typedef {object} Result one figure of one work in one case
 * @property {string} work
 * @property {string} case
 * @property {string} figure
 * @property {string} title
 * @property {string} unit
 * @property {'more' | 'less'} better
 * @property {Record<string, Measured>} contestants
 * @property {Comparison[]} comparisons
 */

/**
 * @param {readonly Measurement[]} measurements all of one work and one case
 * @param {readonly Figure[]} figures
 * @returns {Result[]}
 */
export function resultsOf(measurements, figures) {
  const [first] = measurements;
  if (first === undefined) return [];
  return figures.flatMap(({ name, title, unit, better }) => {
    const measured = byContestant(measurements, name);
    if (Object.keys(measured).length === 0) return [];
    const place = { work: first.work, case: first.case, figure: name, title, unit, better };
    return [{ ...place, contestants: measured, comparisons: compare(measured) }];
  });
}

/**
 * @param {readonly Measurement[]} measurements
 * @param {string} figure
 * @returns {Record<string, Measured>}
 */
function byContestant(measurements, figure) {
  /** @type {Map<string, number[]>} */
  const values = new Map();
  for (const { contestant, figures } of [...measurements].sort((a, b) => a.round - b.round)) {
    const value = figures[figure];
    if (value !== undefined) values.set(contestant, [...(values.get(contestant) ?? []), value]);
  }
  return Object.fromEntries([...values].map(([name, all]) => [name, { ...summarise(all), values: all }]));
}

/**
 * Each of ours beside its peer and beside kazoo. The ratio is taken in each round and then summarised: what slowed one
 * round down slowed both.
 *
 * @param {Record<string, Measured>} measured
 * @returns {Comparison[]}
 */
function compare(measured) {
  return contestants
    .filter(({ ours }) => ours)
    .flatMap(({ name, peer }) => [peer, 'kazoo'].map((other) => [name, other]))
    .flatMap(([name, other]) => {
      const ours = measured[name ?? ''];
      const theirs = measured[other ?? ''];
      if (name === undefined || other === undefined || ours === undefined || theirs === undefined) return [];
      const ratios = ours.values.flatMap((value, round) => ratio(value, theirs.values[round]));
      return ratios.length === 0 ? [] : [{ ours: name, peer: other, ...summarise(ratios) }];
    });
}

/**
 * @param {number} ours
 * @param {number | undefined} theirs
 */
function ratio(ours, theirs) {
  return theirs === undefined || theirs === 0 ? [] : [ours / theirs];
}
