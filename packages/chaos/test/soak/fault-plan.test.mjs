import { expect, test } from 'vitest';
import { faults } from '../../src/faults/soak-faults.mjs';
import { Random } from '../../src/random.mjs';
import { FaultPlan, faultNames } from '../../src/runners/soak/fault-plan.mjs';

/**
 * @param {number} seed
 * @param {number} rounds
 */
function plan(seed, rounds) {
  const faultPlan = new FaultPlan(new Random(seed), 4_000);
  return Array.from({ length: rounds }, () => faultPlan.next());
}

test('the same seed gives the same plan, another seed another one', () => {
  expect(plan(7, 20)).toEqual(plan(7, 20));
  expect(plan(8, 20)).not.toEqual(plan(7, 20));
});

test('every planned fault has an injector, and every injector is planned', () => {
  expect(Object.keys(faults).sort()).toEqual([...faultNames].sort());
});

test('every fault is planned for any seed', () => {
  for (const seed of [1, 2, 3]) {
    const planned = new Set(plan(seed, 12).flatMap(({ steps }) => steps.map(({ fault }) => fault)));
    expect([...planned].sort()).toEqual([...faultNames].sort());
  }
});

test('a fault "for long" lasts longer than the session timeout, a fault "for a moment" does not', () => {
  for (const { fault, forMs } of plan(5, 50).flatMap(({ steps }) => steps)) {
    if (fault.endsWith('for long')) expect(forMs).toBeGreaterThan(4_000);
    if (fault.endsWith('for a moment')) expect(forMs).toBeLessThan(4_000);
  }
});

test('a storm begins all its faults within its time', () => {
  for (const { steps, stormMs } of plan(6, 50)) {
    for (const lane of ['servers', 'network', 'workers']) {
      const inLane = steps.filter((step) => step.lane === lane);
      const last = inLane.at(-1)?.forMs ?? 0;
      expect(inLane.reduce((sum, { pauseMs, forMs }) => sum + pauseMs + forMs, 0) - last).toBeLessThanOrEqual(stormMs);
    }
  }
});
