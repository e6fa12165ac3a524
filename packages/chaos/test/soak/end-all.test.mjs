import { expect, test } from 'vitest';
import { endAll } from '../../src/environment/end-all.mjs';

test('ends everything in order, even when one hangs or fails, and reports those', async () => {
  /** @type {string[]} */
  const ended = [];
  const violations = await endAll(
    {
      first: async () => void ended.push('first'),
      hanging: () => new Promise(() => undefined),
      failing: () => Promise.reject(new Error('no')),
      last: async () => void ended.push('last'),
    },
    50,
  );
  expect(ended).toEqual(['first', 'last']);
  expect(violations).toEqual([
    'hanging did not end: Error: Not within 50 ms: hanging end',
    'failing did not end: Error: no',
  ]);
});
