import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correctionPauseMs } from '../../src/registration/correction-pause.js';

describe('correctionPauseMs', () => {
  it.each([
    [0, 0],
    [1, 0],
    [2, 100],
    [3, 200],
    [4, 400],
    [10, 25_600],
    [11, 30_000],
    [5_000, 30_000],
  ])('before correction %d: %d ms', (count, pauseMs) => {
    expect(correctionPauseMs(count)).toBe(pauseMs);
  });

  it('never shrinks, and is never longer than 30 s', () => {
    fc.assert(
      fc.property(fc.nat(100_000), (count) => {
        const pauseMs = correctionPauseMs(count);
        expect(pauseMs).toBeGreaterThanOrEqual(0);
        expect(pauseMs).toBeLessThanOrEqual(30_000);
        expect(correctionPauseMs(count + 1)).toBeGreaterThanOrEqual(pauseMs);
      }),
    );
  });
});
