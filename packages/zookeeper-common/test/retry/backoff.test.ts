import { expect, it } from 'vitest';
import { backoffMs } from '../../src/retry/backoff.js';

const bounds = { firstMs: 100, maxMs: 1_000 };

it('doubles with each retry, up to the maximum', () => {
  expect([0, 1, 2, 3, 4, 60].map((retry) => backoffMs(retry, bounds))).toEqual([100, 200, 400, 800, 1_000, 1_000]);
});

it('is a random part of that with jitter', () => {
  expect([0, 1, 9].map((retry) => backoffMs(retry, bounds, () => 0.25))).toEqual([25, 50, 250]);
});
