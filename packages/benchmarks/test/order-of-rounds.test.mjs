import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderOfRounds } from '../src/order-of-rounds.mjs';

test('every subject has one turn in each round', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), fc.nat(20), (subjects, rounds) => {
      const order = orderOfRounds(subjects, rounds);
      expect(order).toHaveLength(rounds);
      for (const round of order) expect([...round].sort()).toEqual([...subjects].sort());
    }),
  );
});

test('over as many rounds as subjects, each is first once, and none keeps the same place', () => {
  const order = orderOfRounds(['a', 'b', 'c', 'd'], 4);
  expect(order).toEqual([
    ['a', 'b', 'c', 'd'],
    ['a', 'd', 'c', 'b'],
    ['c', 'd', 'a', 'b'],
    ['c', 'b', 'a', 'd'],
  ]);
});
