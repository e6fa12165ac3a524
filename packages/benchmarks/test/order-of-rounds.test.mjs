import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alternate } from '../src/rounds.mjs';

test('every contestant has one turn in each round', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), fc.nat(20), (contestants, rounds) => {
      const order = alternate(contestants, rounds);
      expect(order).toHaveLength(rounds);
      for (const round of order) expect([...round].sort()).toEqual([...contestants].sort());
    }),
  );
});

test('over as many rounds as there are contestants each goes first in one, and nobody keeps the same place', () => {
  const order = alternate(['a', 'b', 'c', 'd'], 4);
  expect(order).toEqual([
    ['a', 'b', 'c', 'd'],
    ['a', 'd', 'c', 'b'],
    ['c', 'd', 'a', 'b'],
    ['c', 'b', 'a', 'd'],
  ]);
});
