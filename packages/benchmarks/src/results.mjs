import { summarise } from './statistics.mjs';
import { subjects } from './subjects.mjs';

/** @import { Summary } from './statistics.mjs' */
/** @import { Figure } from './workloads/workload.mjs' */

/**
 * @typedef {object} Measurement one subject in one round
 * @property {string} work
 * @property {string} case
 * @property {string} subject
 * @property {number} round
 * @property {Readonly<Record<string, number>>} figures by name
 */

/** @typedef {Summary & { readonly values: readonly number[] }} Measured one value for each round, in order */

/** @typedef {Summary & { readonly ours: string, readonly peer: string }} Comparison ours divided by the peer's, round by round */

/**
 * @typedef {object} Result one figure of one workload in one case
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
 * @param {readonly Measurement[]} measurements all of one workload and one case
 * @param {readonly Figure[]} figures
 * @returns {Result[]}
 */
export function resultsOf(measurements, figures) {
  const [first] = measurements;
  if (first === undefined) return [];
  return figures.flatMap(({ name, title, unit, better }) => {
    const rounds = byContestant(measurements, name);
    if (rounds.size === 0) return [];
    const place = { work: first.work, case: first.case, figure: name, title, unit, better };
    const measured = [...rounds].map(([subject, values]) => [subject, summaryOf([...values.values()])]);
    return [{ ...place, contestants: Object.fromEntries(measured), comparisons: compare(rounds) }];
  });
}

/** @typedef {ReadonlyMap<number, number>} Rounds the value of each round; one that failed has none */

/**
 * @param {readonly Measurement[]} measurements
 * @param {string} figure
 * @returns {Map<string, Rounds>}
 */
function byContestant(measurements, figure) {
  /** @type {Map<string, Map<number, number>>} */
  const rounds = new Map();
  for (const { subject, round, figures } of [...measurements].sort((a, b) => a.round - b.round)) {
    const value = figures[figure];
    if (value !== undefined) rounds.set(subject, (rounds.get(subject) ?? new Map()).set(round, value));
  }
  return rounds;
}

/**
 * Compares each of our packages with its peer and with kazoo. Ratios are taken within each round and then summarised, because a slow
 * round slows both.
 *
 * @param {Map<string, Rounds>} rounds
 * @returns {Comparison[]}
 */
function compare(rounds) {
  return subjects
    .filter(({ ours }) => ours)
    .flatMap(({ name, peer }) => (peer === undefined ? ['kazoo'] : [peer, 'kazoo']).map((other) => ({ name, other })))
    .flatMap(({ name, other }) => {
      const theirs = rounds.get(other);
      const ratios = [...(rounds.get(name) ?? [])].flatMap(([round, value]) => ratio(value, theirs?.get(round)));
      return ratios.length === 0 ? [] : [{ ours: name, peer: other, ...summarise(ratios) }];
    });
}

/** @param {readonly number[]} values */
function summaryOf(values) {
  return { ...summarise(values), values };
}

/**
 * @param {number} ours
 * @param {number | undefined} theirs
 */
function ratio(ours, theirs) {
  return theirs === undefined || theirs === 0 ? [] : [ours / theirs];
}
