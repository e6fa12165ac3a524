import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SortedTree } from '../../src/watch/sorted-tree.js';

interface Entry {
  readonly name: string;
  readonly value: number;
}

// Names that a record, a sort or a comparison may treat in a special way.
const hostile = fc.constantFrom(
  '',
  '__proto__',
  'constructor',
  '10',
  '9',
  '-1',
  '01',
  '\ud83d',
  '\ue000',
  '\ud83d\ude00',
);
const name = fc.oneof({ weight: 1, arbitrary: hostile }, { weight: 6, arbitrary: fc.nat(400).map((n) => `n${n}`) });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ put: name, value: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ remove: name }) },
  { weight: 1, arbitrary: fc.record({ removeFrom: fc.nat(400), count: fc.nat(120) }) },
);
const start = fc.uniqueArray(name, { maxLength: 300 });
const history = fc.tuple(start, fc.array(step, { maxLength: 120 }));

function sorted(map: ReadonlyMap<string, Entry>): Entry[] {
  return [...map.keys()].sort().map((key) => map.get(key) as Entry);
}

function entriesOf(tree: SortedTree<Entry>): Entry[] {
  const entries: Entry[] = [];
  tree.forEach((entry) => {
    entries.push(entry);
  });
  return entries;
}

/** Every state of such a history: the tree, and the map that it must equal. */
function replay([names, steps]: [string[], unknown[]]): { tree: SortedTree<Entry>; map: Map<string, Entry> }[] {
  let map = new Map(names.map((one) => [one, { name: one, value: -1 }]));
  let tree = SortedTree.of(sorted(map));
  const states = [{ tree, map }];
  const removed = (one: string): void => {
    map.delete(one);
    tree = tree.without(one);
  };
  for (const one of steps as { put?: string; value?: number; remove?: string; removeFrom?: number; count?: number }[]) {
    map = new Map(map);
    if (one.put !== undefined) {
      const entry = { name: one.put, value: one.value ?? 0 };
      map.set(entry.name, entry);
      tree = tree.with(entry);
    } else if (one.remove !== undefined) {
      removed(one.remove);
    } else {
      for (let i = 0; i < (one.count ?? 0); i += 1) removed(`n${(one.removeFrom ?? 0) + i}`);
    }
    states.push({ tree, map });
  }
  return states;
}

function differences(before: SortedTree<Entry>, after: SortedTree<Entry>): [Entry | undefined, Entry | undefined][] {
  const found: [Entry | undefined, Entry | undefined][] = [];
  before.compare(after, (one, other) => found.push([one, other]) === 0);
  return found;
}

function large(count: number): SortedTree<Entry> {
  const names = Array.from({ length: count }, (_, i) => `n${i}`).sort();
  return SortedTree.of(names.map((one) => ({ name: one, value: 0 })));
}

describe('SortedTree', () => {
  it('contains what a map contains, in the order of the names, after any history', () => {
    fc.assert(
      fc.property(history, (script) => {
        for (const { tree, map } of replay(script)) {
          expect(tree.size).toBe(map.size);
          expect(entriesOf(tree)).toEqual(sorted(map));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('finds each entry, and none that it does not contain', () => {
    fc.assert(
      fc.property(history, name, (script, other) => {
        for (const { tree, map } of replay(script).slice(-2)) {
          for (const key of [...map.keys(), other]) expect(tree.get(key)).toBe(map.get(key));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('lists exactly the differences between any two trees, related or not, in order', () => {
    fc.assert(
      fc.property(history, history, fc.nat(), fc.nat(), (script, other, i, k) => {
        const states = [...replay(script), ...replay(other).slice(-1)];
        const before = states[i % states.length];
        const after = states[k % states.length];
        if (before === undefined || after === undefined) throw new Error('no state');
        const names = [...new Set([...before.map.keys(), ...after.map.keys()])].sort();
        const expected = names
          .map((one) => [before.map.get(one), after.map.get(one)] as const)
          .filter(([one, two]) => one !== two);
        expect(differences(before.tree, after.tree)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('is the same object when there is nothing to remove', () => {
    const tree = large(100);
    expect(tree.without('none')).toBe(tree);
    expect(large(0).without('none').size).toBe(0);
  });

  it('looks at few entries to compare two large trees that are related', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ at: fc.nat(19_999), put: fc.boolean() }), { maxLength: 5 }), (changes) => {
        let read = 0;
        const before = SortedTree.of(
          Array.from({ length: 20_000 }, (_, i) => String(i))
            .sort()
            .map((one) => ({
              value: 0,
              get name() {
                read += 1;
                return one;
              },
            })),
        );
        let after = before;
        for (const { at, put } of changes) {
          after = put ? after.with({ name: `${at}+`, value: 1 }) : after.without(String(at));
        }
        read = 0;
        before.compare(after, () => false);
        expect(read).toBeLessThan(1_000 * (changes.length + 1));
      }),
      { numRuns: 20 },
    );
  });

  it('ends a comparison when the visitor has seen enough', () => {
    let seen = 0;
    large(100).compare(large(100), () => {
      seen += 1;
      return seen === 3;
    });
    expect(seen).toBe(3);
  });
});
