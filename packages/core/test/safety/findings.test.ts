import { describe, expect, it } from 'vitest';
import {
  absent,
  type Difference,
  describeMissed,
  type Findings,
  missedBetween,
  type Sight,
} from '../../src/safety/findings.js';
import { bytes } from '../support/fake-store.js';

const sight = (mark: string): Sight => ({ mark, bytes: bytes(mark) });

function look(deliveries: number, differences: Record<string, readonly [known: string, truth: string]>): Findings {
  const found = Object.entries(differences).map(([part, [known, truth]]): [string, Difference] => [
    part,
    { what: 'node', known: sight(known), truth: sight(truth) },
  ]);
  return { deliveries, differences: new Map(found) };
}

describe('missedBetween', () => {
  it.each([
    [
      'the watch told nothing, and the change is there still',
      look(1, { a: ['1', '2'] }),
      look(1, { a: ['1', '2'] }),
      1,
    ],
    ['the watch told nothing, and there was another change', look(1, { a: ['1', '2'] }), look(1, { a: ['1', '3'] }), 1],
    ['it told, and went on showing what had long been over', look(1, { a: ['1', '2'] }), look(5, { a: ['1', '2'] }), 1],
    ['it told, and there was another change', look(1, { a: ['1', '2'] }), look(2, { a: ['1', '3'] }), 0],
    ['it told of that one, and there was another', look(1, { a: ['1', '2'] }), look(2, { a: ['2', '3'] }), 0],
    ['it told of something older than what was found', look(1, { a: ['1', '3'] }), look(2, { a: ['2', '3'] }), 0],
    ['it caught up', look(1, { a: ['1', '2'] }), look(2, {}), 0],
    ['what differs now did not before', look(1, { a: ['1', '2'] }), look(1, { b: ['1', '2'] }), 0],
    ['one of two', look(1, { a: ['1', '2'], b: ['1', '2'] }), look(2, { a: ['1', '2'], b: ['1', '4'] }), 1],
  ])('%s', (_when, first, second, missed) => {
    expect(missedBetween(first, second)).toHaveLength(missed);
  });
});

describe('describeMissed', () => {
  const difference = (what: Difference['what'], known = sight('1'), truth = sight('2')): Difference => ({
    what,
    known,
    truth,
  });

  it.each([
    ['', [difference('silence')]],
    ['its data', [difference('node'), difference('silence')]],
    ['that it is there', [difference('node', absent)]],
    ['that it is gone', [difference('node', sight('1'), absent)]],
    ['its list of children, the data of 1 child', [difference('child'), difference('children')]],
    ['the data of 2 children', [difference('child'), difference('child')]],
  ])('"%s"', (words, missed) => {
    expect(describeMissed(missed)).toBe(words);
  });
});
