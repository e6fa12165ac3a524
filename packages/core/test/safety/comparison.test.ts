import { describe, expect, it } from 'vitest';
import {
  absent,
  type Comparison,
  type Difference,
  describeMissed,
  missedBetween,
  type ObservedPart,
} from '../../src/safety/comparison.js';
import { bytes } from '../support/fake-store.js';

const part = (mark: string): ObservedPart => ({ mark, bytes: bytes(mark) });

function comparison(
  deliveries: number,
  differences: Record<string, readonly [known: string, actual: string]>,
): Comparison {
  const found = Object.entries(differences).map(([name, [known, actual]]): [string, Difference] => [
    name,
    { kind: 'node', known: part(known), actual: part(actual) },
  ]);
  return { deliveries, isOneWatch: false, differences: new Map(found) };
}

describe('missedBetween', () => {
  it.each([
    ['no report, and the same change', comparison(1, { a: ['1', '2'] }), comparison(1, { a: ['1', '2'] }), 1],
    ['no report, and another change', comparison(1, { a: ['1', '2'] }), comparison(1, { a: ['1', '3'] }), 1],
    ['reports, and still an outdated state', comparison(1, { a: ['1', '2'] }), comparison(5, { a: ['1', '2'] }), 1],
    ['a report, and another change', comparison(1, { a: ['1', '2'] }), comparison(2, { a: ['1', '3'] }), 0],
    [
      'a report of that change, and another change',
      comparison(1, { a: ['1', '2'] }),
      comparison(2, { a: ['2', '3'] }),
      0,
    ],
    [
      'a report of an older state than the first re-read',
      comparison(1, { a: ['1', '3'] }),
      comparison(2, { a: ['2', '3'] }),
      0,
    ],
    ['a report of the present state', comparison(1, { a: ['1', '2'] }), comparison(2, {}), 0],
    ['another part differs than before', comparison(1, { a: ['1', '2'] }), comparison(1, { b: ['1', '2'] }), 0],
    [
      'one of two parts',
      comparison(1, { a: ['1', '2'], b: ['1', '2'] }),
      comparison(2, { a: ['1', '2'], b: ['1', '4'] }),
      1,
    ],
  ])('%s', (_when, first, second, missed) => {
    expect(missedBetween(first, second)).toHaveLength(missed);
  });
});

it('takes any report of a single watch for proof that it works', () => {
  const [first, later, same] = [2, 4, 2].map((deliveries) => ({
    ...comparison(deliveries, { node: ['present', 'absent'] }),
    isOneWatch: true,
  }));
  // Deleted, restored, deleted again: it looks the same.
  expect(missedBetween(first as Comparison, later as Comparison)).toHaveLength(0);
  expect(missedBetween(first as Comparison, same as Comparison)).toHaveLength(1);
});

describe('describeMissed', () => {
  const difference = (kind: Difference['kind'], known = part('1'), actual = part('2')): Difference => ({
    kind,
    known,
    actual,
  });

  it.each([
    ['', [difference('silence')]],
    ['data', [difference('node'), difference('silence')]],
    ['created', [difference('node', absent)]],
    ['deleted', [difference('node', part('1'), absent)]],
    ['list of children, data of 1 child', [difference('child'), difference('children')]],
    ['data of 2 children', [difference('child'), difference('child')]],
  ])('"%s"', (text, missed) => {
    expect(describeMissed(missed)).toBe(text);
  });
});
