import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextWhenFirst, positionOf } from '../../src/coordination/queue-position.js';

function contender(id: string, number: number): string {
  return `${id}__lock__${String(number).padStart(10, '0')}`;
}

describe('positionOf', () => {
  it.each([
    ['the queue is empty', [], { at: 'nowhere' }],
    ['others are queued', [contender('bb', 1)], { at: 'nowhere' }],
    ['we are alone', [contender('aa', 7)], { at: 'first', own: contender('aa', 7) }],
    ['others joined later', [contender('bb', 8), contender('aa', 7)], { at: 'first', own: contender('aa', 7) }],
    [
      'two are ahead of us, in any order of their names',
      [contender('zz', 3), contender('aa', 7), contender('bb', 2), contender('cc', 9)],
      { at: 'behind', own: contender('aa', 7), predecessor: contender('zz', 3), ahead: 2 },
    ],
    [
      'we are queued twice: the answer to the first was lost',
      [contender('aa', 9), contender('aa', 7)],
      { at: 'first', own: contender('aa', 7) },
    ],
    [
      'names without a number are ignored',
      ['note', 'bb__lock__1', 'cc__lock__0000000001x', '0000000001', contender('aa', 7)],
      { at: 'first', own: contender('aa', 7) },
    ],
    [
      'the numbers exceeded 2^31 and are negative',
      ['aa__lock__-2147483646', 'bb__lock__-2147483648'],
      { at: 'behind', own: 'aa__lock__-2147483646', predecessor: 'bb__lock__-2147483648', ahead: 1 },
    ],
  ] as const)('where %s', (_, names, position) => {
    expect(positionOf(names, 'aa')).toEqual(position);
  });

  it('has exactly one first contender, and every other one has a predecessor of its own', () => {
    const numberLists = fc.uniqueArray(fc.nat(2 ** 31 - 1), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(numberLists, (numbers) => {
        const names = numbers.map((number, i) => contender(`id${i}-`, number));
        const positions = numbers.map((_, i) => positionOf(names, `id${i}-`));
        expect(positions.filter(({ at }) => at === 'first').length).toBe(1);
        const predecessors = positions.flatMap((position) => (position.at === 'behind' ? [position.predecessor] : []));
        expect(new Set(predecessors).size).toBe(numbers.length - 1);
        expect(
          positions.map((position) => (position.at === 'behind' ? position.ahead : 0)).sort((a, b) => a - b),
        ).toEqual([...numbers.keys()]);
      }),
    );
  });
});

describe('nextWhenFirst', () => {
  it.each([
    [{ held: 0, ours: false }, 1, false, 'take'],
    [{ held: 2, ours: false }, 3, true, 'take'],
    [{ held: 3, ours: false }, 3, false, 'wait'],
    [{ held: 3, ours: false }, 3, true, 'give up'],
    [{ held: 5, ours: false }, 3, false, 'wait'],
    [{ held: 1, ours: true }, 1, false, 'keep'],
    [{ held: 9, ours: true }, 1, true, 'keep'],
  ] as const)('%o of %i, overdue %s: %s', (leases, limit, overdue, grab) => {
    expect(nextWhenFirst(leases, limit, overdue)).toBe(grab);
  });
});
