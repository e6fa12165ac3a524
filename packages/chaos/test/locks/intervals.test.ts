import { expect, test } from 'vitest';
import { type Interval, monotonicNs, mostAtOnce, mostOvertaking } from './intervals.js';

function interval(asked: number, from: number, to: number): Interval {
  return { who: '', asked, from, to };
}

test('the checker counts concurrent holders, and finds a lock with two holders', () => {
  expect(mostAtOnce([interval(0, 1, 2), interval(0, 2, 3)])).toBe(1);
  expect(mostAtOnce([interval(0, 1, 3), interval(0, 2, 4), interval(0, 5, 6)])).toBe(2);
  expect(mostAtOnce([interval(0, 1, 9), interval(0, 2, 3), interval(0, 3, 4), interval(0, 2, 8)])).toBe(3);
});

test('the checker counts how many were served before an earlier request', () => {
  expect(mostOvertaking([interval(0, 1, 2), interval(1, 3, 4)])).toBe(0);
  expect(mostOvertaking([interval(0, 9, 10), interval(1, 3, 4), interval(2, 5, 6)])).toBe(2);
});

test('the clock is shared by all processes of the machine', () => {
  expect(Math.abs(monotonicNs() / 1e9 - performance.timeOrigin / 1000)).toBeGreaterThan(0);
  expect(monotonicNs()).toBeLessThan(Number.MAX_SAFE_INTEGER);
});
