import assert from 'node:assert/strict';
import { inspect, isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameDecoded } from '../../src/codec/decode.js';
import type { NodeChanges, NodeState } from '../../src/node/node-changes.js';
import { sameStat } from '../../src/node/node-stat.js';
import { changesBetween } from '../../src/watch/changes-between.js';
import { type DecodedNode, decodeNode } from '../../src/watch/decoded-node.js';
import { isDeepFrozen } from '../support/is-deep-frozen.js';
import { deliveries, rawChild, rawNode, stat } from '../support/raw-nodes.js';

function decoded(children: Record<string, unknown>, previous?: DecodedNode): DecodedNode {
  return decodeNode(previous, rawNode(null, children), 'data', false);
}

function namesIn({ added, removed, changed }: NodeChanges): string[][] {
  return [added, removed, changed].map((map) => [...map.keys()]);
}

function statesOf({ children }: DecodedNode): Map<string, NodeState> {
  const states = new Map<string, NodeState>();
  children.forEach(({ name, state }) => void states.set(name, state));
  return states;
}

describe('changesBetween', () => {
  it.each(['data', 'names'] as const)('(%s) leads from any delivery of a watch to any later one', (detail) => {
    fc.assert(
      fc.property(deliveries, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (nodes, isReceived) => {
        let current: DecodedNode | undefined;
        let last: DecodedNode | undefined;
        const known = new Map<string, NodeState>();
        let self: NodeState = { data: null, stat: null };
        for (const [index, node] of nodes.entries()) {
          current = decodeNode(current, node, detail, current !== undefined);
          if (!isReceived[index]) continue;
          const changes = changesBetween(last, current);
          for (const [name, state] of changes.removed) {
            expect(known.get(name)).toEqual(state);
            known.delete(name);
          }
          for (const [name, state] of changes.changed) {
            const before = known.get(name);
            if (before === undefined) throw new Error(`${name} was not known`);
            expect(sameDecoded(before.data, state.data) && sameStat(before.stat, state.stat)).toBe(false);
            known.set(name, state);
          }
          for (const [name, state] of changes.added) {
            expect(known.has(name)).toBe(false);
            known.set(name, state);
          }
          expect(new Map([...known].sort(([a], [b]) => (a < b ? -1 : 1)))).toEqual(statesOf(current));
          self = changes.self ?? self;
          expect(self).toEqual({ data: current.snapshot.data, stat: current.snapshot.stat });
          if (last === undefined) expect(changes.self !== undefined).toBe(current.snapshot.stat !== null);
          else
            expect('self' in changes).toBe(
              !isDeepStrictEqual(self, { data: last.snapshot.data, stat: last.snapshot.stat }),
            );
          for (const map of [changes.added, changes.removed, changes.changed]) {
            expect([...map.keys()]).toEqual([...map.keys()].sort());
            for (const state of map.values()) expect(isDeepFrozen(state)).toBe(true);
          }
          last = current;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('does not mention a child that came and went, or changed and changed back', () => {
    const first = decoded({ a: 1, b: 1 });
    const second = decoded({ a: 2, b: 1, c: 1 }, first);
    const third = decoded({ a: 1, b: 2 }, second);
    expect(namesIn(changesBetween(first, third))).toEqual([[], [], ['b']]);
  });

  it('contains a child whose stat alone differs', () => {
    const first = decoded({ a: 1 });
    const touched = { ...rawNode(null), children: new Map([['a', rawChild(1, { mzxid: 7n })]]) };
    const second = decodeNode(first, touched, 'data', false);
    expect(second.snapshot).toBe(first.snapshot);
    const changes = changesBetween(first, second);
    expect(namesIn(changes)).toEqual([[], [], ['a']]);
    expect(changes.changed.get('a')).toEqual({ data: { string_value: '1' }, stat: stat({ mzxid: 7n }) });
  });

  it('makes the first map once, and shows it in console.log', () => {
    const changes = changesBetween(undefined, decoded({ a: 1 }));
    expect(changes.added).toBe(changes.added);
    expect(inspect(changes)).toContain("added: Map(1) { 'a' => { data: ");
    expect(inspect(changes)).not.toContain('Getter');
    expect({ ...changes }).toEqual({
      added: new Map([['a', { data: { string_value: '1' }, stat: stat() }]]),
      removed: new Map(),
      changed: new Map(),
      self: { data: null, stat: stat() },
    });
  });

  it('cannot be changed, and is to its users made of maps', () => {
    const first = decoded({ a: 1 });
    const changes = changesBetween(first, decoded({ b: 1 }, first));
    expect(Object.isFrozen(changes)).toBe(true);
    const added = changes.added as Map<string, NodeState>;
    for (const change of [
      () => added.set('x', { data: null, stat: null }),
      () => added.delete('b'),
      () => added.clear(),
    ]) {
      expect(change).toThrow(TypeError);
    }
    const state = { data: { string_value: '1' }, stat: stat() };
    expect(added).toStrictEqual(new Map([['b', state]]));
    assert.deepStrictEqual(added, new Map([['b', state]]));
    expect(structuredClone(changes)).toEqual({
      added: new Map([['b', state]]),
      removed: new Map([['a', state]]),
      changed: new Map(),
    });
    expect(inspect(changes)).toContain("added: Map(1) { 'b' => { data: ");
  });
});
