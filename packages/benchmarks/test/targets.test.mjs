import { describe, expect, test } from 'vitest';
import { resultsOf } from '../src/results.mjs';
import { failures, judge, readTargets } from '../src/targets.mjs';
import { workloads } from '../src/workloads/workloads.mjs';

/** @import { Target } from '../src/targets.mjs' */

const place = { text: 'as fast', work: 'register', figure: 'rate', cases: ['100'] };
/** @type {Target} */
const ratio = { ...place, of: 'ratio', atLeast: 0.9 };

/**
 * The outcome of a target for the given value of ours and 100 of the bare library.
 *
 * @param {number} ours
 * @param {Target} target
 */
function outcomes(ours, target) {
  const measurements = [
    { subject: 'zookeeper-js', figures: { rate: ours } },
    { subject: 'node-zookeeper-client', figures: { rate: 100 } },
  ].map((one) => ({ ...one, work: 'register', case: '100', round: 0 }));
  return judge(resultsOf(measurements, [{ name: 'rate', title: '', unit: '', better: 'more' }]), [target]);
}

describe('targets', () => {
  test.each([
    [90, 'reached'],
    [89, 'missed'],
    [60.1, 'missed'],
    [59.9, 'missed by more than a third'],
  ])('at least 0.9 of 100: %d is %s', (ours, outcome) => {
    expect(outcomes(ours, ratio)).toMatchObject([{ subject: 'zookeeper-js', value: ours / 100, outcome }]);
  });

  test.each([
    [120, 'reached'],
    [121, 'missed'],
    [179, 'missed'],
    [181, 'missed by more than a third'],
  ])('at most 1.2 of 100: %d is %s, for what takes half as long again is a third slower', (ours, outcome) => {
    expect(outcomes(ours, { ...place, of: 'ratio', atMost: 1.2 })).toMatchObject([{ outcome }]);
  });

  test.each([
    [120, 'reached'],
    [150, 'missed'],
    [151, 'beyond the limit'],
  ])('at most 1.2 of 100, with a limit of 1.5: %d is %s', (ours, outcome) => {
    const verdicts = outcomes(ours, { ...place, of: 'ratio', atMost: 1.2, limit: 1.5 });
    expect(verdicts).toMatchObject([{ outcome }]);
    expect(failures(verdicts)).toHaveLength(outcome === 'beyond the limit' ? 1 : 0);
  });

  test('a target may be for the figure itself, or for its difference from the bare library', () => {
    expect(outcomes(150, { ...place, of: 'value', atLeast: 140 })).toMatchObject([{ value: 150, outcome: 'reached' }]);
    expect(outcomes(150, { ...place, of: 'difference', atMost: 60 })).toMatchObject([
      { value: 50, outcome: 'reached' },
    ]);
  });

  test('other cases and workloads do not affect it', () => {
    expect(outcomes(1, { ...ratio, cases: ['10000'] })).toEqual([]);
    expect(outcomes(1, { ...ratio, work: 'watch' })).toEqual([]);
  });

  test('fails only when a target is missed by more than a third', () => {
    expect(failures(outcomes(70, ratio))).toEqual([]);
    expect(failures(outcomes(50, ratio))).toHaveLength(1);
  });

  test.each(readTargets().map((target) => [target.text, target]))(
    '%s: is measured, in a full run and in a quick one',
    (_, target) => {
      const work = workloads.find(({ name }) => name === target.work);
      expect(work?.figures.map(({ name }) => name)).toContain(target.figure);
      for (const cases of [work?.cases, work?.quickCases]) {
        expect(cases?.some(({ name }) => target.cases.includes(name))).toBe(true);
      }
      expect(Number(target.atLeast !== undefined) + Number(target.atMost !== undefined)).toBe(1);
    },
  );
});
