import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../src/time/backoff.js';

const bounds = { firstMs: 100, longestMs: 1_000 };

describe('backoffMs', () => {
  it.each([
    [0, 0, 0, 100],
    [1, 0, 0, 200],
    [3, 0, 0, 800],
    [4, 0, 0, 1_000],
    [5_000, 0, 0, 1_000],
    [3, 0, 0.7, 800],
    [3, 0.5, 0, 800],
    [3, 0.5, 0.5, 600],
    [3, 0.5, 1, 400],
    [3, 1, 1, 0],
    [5_000, 0.5, 1, 500],
  ])('after %d failures, with jitter %d and random %d: %d ms', (failures, jitter, random, pauseMs) => {
    expect(backoffMs(failures, { ...bounds, jitter }, () => random)).toBe(pauseMs);
  });

  it('has no jitter by default', () => {
    expect(backoffMs(2, bounds)).toBe(400);
    expect(backoffMs(2, bounds, () => 0.9)).toBe(400);
  });

  it('never shrinks with more failures, and stays within the bounds and the jitter', () => {
    fc.assert(
      fc.property(fc.nat(5_000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const pauseMs = backoffMs(failures, { ...bounds, jitter: 0.5 }, () => random);
        expect(pauseMs).toBeGreaterThanOrEqual(50);
        expect(pauseMs).toBeLessThanOrEqual(1_000);
        expect(backoffMs(failures + 1, { ...bounds, jitter: 0.5 }, () => random)).toBeGreaterThanOrEqual(pauseMs);
      }),
    );
  });
});
