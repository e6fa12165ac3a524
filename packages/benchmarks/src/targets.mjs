import { readFileSync } from 'node:fs';
import { subjects } from './subjects.mjs';

/** @import { Result } from './results.mjs' */

/**
 * @typedef {object} Target a line of the design's table
 * @property {string} text
 * @property {string} work
 * @property {string} figure
 * @property {'value' | 'ratio' | 'difference'} of the figure itself, or ours divided by the peer's, or ours less the peer's
 * @property {number} [atLeast] one of the two
 * @property {number} [atMost]
 * @property {number} [limit] the value at which it still does not fail; a third beside the target if it is omitted
 * @property {readonly string[]} cases it applies to: of a full run and of a quick one
 */

/**
 * @typedef {object} Verdict
 * @property {Target} target
 * @property {string} case
 * @property {string} subject
 * @property {number} value the measured median
 * @property {'reached' | 'missed' | 'missed by more than a third' | 'beyond the limit'} outcome
 */

/** A figure below this fraction of its target is a failure, unless the target has a limit of its own. */
const grace = 2 / 3;

/** @returns {readonly Target[]} */
export function readTargets() {
  return JSON.parse(readFileSync(new URL('../targets.json', import.meta.url), 'utf8'));
}

/**
 * @param {readonly Result[]} results
 * @param {readonly Target[]} targets
 * @returns {Verdict[]} for the targets that the results cover
 */
export function judge(results, targets) {
  return targets.flatMap((target) =>
    results
      .filter((one) => one.work === target.work && one.figure === target.figure && target.cases.includes(one.case))
      .flatMap((result) =>
        valuesFor(target, result).map(([subject, value]) => verdict(target, result, subject, value)),
      ),
  );
}

/** @param {readonly Verdict[]} verdicts */
export function failures(verdicts) {
  return verdicts.filter(({ outcome }) => outcome !== 'reached' && outcome !== 'missed');
}

/**
 * @param {Target} target
 * @param {Result} result
 * @returns {[subject: string, value: number][]}
 */
function valuesFor(target, { contestants: measured, comparisons }) {
  return subjects.flatMap(({ name, ours, peer }) => {
    const own = measured[name]?.median;
    const bare = peer === undefined ? undefined : measured[peer]?.median;
    if (!ours || own === undefined) return [];
    if (target.of === 'value') return [[name, own]];
    if (target.of === 'difference') return bare === undefined ? [] : [[name, own - bare]];
    const ratio = comparisons.find((one) => one.ours === name && one.peer === peer);
    return ratio === undefined ? [] : [[name, ratio.median]];
  });
}

/**
 * @param {Target} target
 * @param {Result} result
 * @param {string} subject
 * @param {number} value
 * @returns {Verdict}
 */
function verdict(target, result, subject, value) {
  const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = target;
  const reached = value >= atLeast && value <= atMost;
  return { target, case: result.case, subject, value, outcome: reached ? 'reached' : outcomeOfMissed(target, value) };
}

/**
 * @param {Target} target
 * @param {number} value
 * @returns {Verdict['outcome']}
 */
function outcomeOfMissed({ atLeast, atMost, limit }, value) {
  const lowest = limit ?? (atLeast ?? Number.NEGATIVE_INFINITY) * grace;
  const highest = limit ?? (atMost ?? Number.POSITIVE_INFINITY) / grace;
  if (atLeast === undefined ? value <= highest : value >= lowest) return 'missed';
  return limit === undefined ? 'missed by more than a third' : 'beyond the limit';
}
