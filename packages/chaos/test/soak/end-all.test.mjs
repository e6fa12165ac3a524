import { expect, test } from 'vitest';
import { endAll } from '../../soak/end-all.mjs';

test('ends all in order, whatever becomes of each, and says what did not end', async () => {
  /** @type {string[]} */
  const ended = [];
  const complaints = await endAll(
    {
      first: async () => void ended.push('first'),
      hanging: () => new Promise(() => undefined),
      failing: () => Promise.reject(new Error('no')),
      last: async () => void ended.push('last'),
    },
    50,
  );
  expect(ended).toEqual(['first', 'last']);
  expect(complaints).toEqual([
    'hanging did not end: Error: nothing came of it for 50 ms',
    'failing did not end: Error: no',
  ]);
});
