import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawChild, RawNode } from '../../src/backend/raw-node.js';
import { rawBytes } from '../../src/codec/decode.js';
import type { NodeSnapshot, SnapshotDetail } from '../../src/node/node-snapshot.js';
import { type DecodedNode, decodeNode, sameNode } from '../../src/watch/decoded-node.js';
import { bytes } from '../support/fake-store.js';
import { isDeepFrozen } from '../support/is-deep-frozen.js';
import { anyRawNode, deliveries, rawChild, rawNode, stat } from '../support/raw-nodes.js';

/** These deliveries of one watch, decoded in order. */
function decodeAll(nodes: readonly RawNode[], detail: SnapshotDetail): DecodedNode[] {
  let last: DecodedNode | undefined;
  return nodes.map((node) => {
    last = decodeNode(last, node, detail, last !== undefined);
    return last;
  });
}

/** The snapshots of these deliveries, in order. */
function readAll(nodes: readonly RawNode[], detail: SnapshotDetail): NodeSnapshot[] {
  return decodeAll(nodes, detail).map(({ snapshot }) => snapshot);
}

function hidden(snapshot: NodeSnapshot): unknown[] {
  const values = [snapshot.data, ...Object.values(snapshot.children)];
  return values.map((value) => (value === null ? undefined : rawBytes(value)));
}

describe('decodeNode', () => {
  it('decodes the data and the children, in the order of their names', () => {
    const [snapshot] = readAll([rawNode({ n: 1 }, { b: 'text', a: null, c: { x: 1 } })], 'data');
    expect(snapshot).toEqual({
      path: '/a',
      data: { n: 1 },
      children: { a: null, b: { string_value: 'text' }, c: { x: 1 } },
      stat: stat(),
    });
    expect(Object.keys(snapshot?.children ?? {})).toEqual(['a', 'b', 'c']);
    expect(Object.getPrototypeOf(snapshot?.children)).toBeNull();
  });

  it('contains only names in the detail names', () => {
    const [snapshot] = readAll([rawNode(null, { b: 'text', a: { x: 1 } })], 'names');
    expect({ ...snapshot?.children }).toEqual({ a: null, b: null });
  });

  it.each(['data', 'names'] as const)('(%s) after any history, it equals a fresh reading', (detail) => {
    fc.assert(
      fc.property(deliveries, (nodes) => {
        const shared = readAll(nodes, detail);
        for (const [index, node] of nodes.entries()) {
          const fresh = decodeNode(undefined, node, detail, false).snapshot;
          expect(isDeepStrictEqual(shared[index], fresh)).toBe(true);
          expect(Object.keys(shared[index]?.children ?? {})).toEqual(Object.keys(fresh.children));
          expect(hidden(shared[index] ?? fresh)).toEqual(hidden(fresh));
          expect(isDeepFrozen(shared[index])).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each(['data', 'names'] as const)('(%s) it is the same object if and only if nothing changed', (detail) => {
    fc.assert(
      fc.property(deliveries, (nodes) => {
        const all = decodeAll(nodes, detail);
        for (let i = 1; i < all.length; i += 1) {
          const [one, two] = [all[i - 1], all[i]];
          if (one === undefined || two === undefined) throw new Error('missing');
          const [before, after] = [one.snapshot, two.snapshot];
          const equal = isDeepStrictEqual(before, after) && isDeepStrictEqual(hidden(before), hidden(after));
          expect(before === after).toBe(equal);
          expect(sameNode(one, two)).toBe(equal);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps unchanged parts: data, children as a whole, and each child', () => {
    fc.assert(
      fc.property(anyRawNode, anyRawNode, (one, two) => {
        const [before, after] = readAll([one, two], 'data');
        if (before === undefined || after === undefined) throw new Error('missing');
        const same = (a: unknown, b: unknown) => isDeepStrictEqual(a, b);
        const lossless = ![...hidden(before), ...hidden(after)].some((raw) => raw !== undefined);
        if (lossless && same(before.data, after.data)) expect(after.data).toBe(before.data);
        if (lossless && same(before.children, after.children)) expect(after.children).toBe(before.children);
        for (const [name, value] of Object.entries(after.children)) {
          if (lossless && same(before.children[name], value)) expect(value).toBe(before.children[name]);
        }
      }),
    );
  });

  it('looks only at the children that a delivery names as changed, and keeps no map of the backend', () => {
    const live = new Map<string, RawChild>();
    const trap = new Proxy(live, {
      get: (map, key) => {
        if (key !== 'size') throw new Error(`looked at ${String(key)} of all children`);
        return map.size;
      },
    });
    const first = rawNode(null, { a: 1, b: 2 });
    for (const [name, child] of first.children) live.set(name, child);
    const one = decodeNode(undefined, first, 'data', false);
    live.set('c', rawChild({ n: 3 }));
    live.delete('a');
    const changedChildren = new Map([
      ['c', rawChild({ n: 3 })],
      ['a', null],
      ['b', rawChild(2)],
    ]);
    const two = decodeNode(one, { ...first, children: trap, changedChildren }, 'data', true);
    live.clear();
    expect({ ...two.snapshot.children }).toEqual({ b: { string_value: '2' }, c: { n: 3 } });
    expect({ ...one.snapshot.children }).toEqual({ a: { string_value: '1' }, b: { string_value: '2' } });
  });

  it('does not believe a list of changes that leaves something out', () => {
    const first = rawNode(null, { a: 1 });
    const next = { ...rawNode(null, { a: 1, b: 2 }), changedChildren: new Map() };
    const [, snapshot] = readAll([first, next], 'data');
    expect(Object.keys(snapshot?.children ?? {})).toEqual(['a', 'b']);
  });

  it('refuses a child in the form of an earlier version of the port', () => {
    for (const old of [bytes({ n: 1 }), null, undefined, {}]) {
      const children = new Map([['web1', old]]) as unknown as RawNode['children'];
      expect(() => decodeNode(undefined, { ...rawNode(null), children }, 'data', false)).toThrow(/child web1/);
    }
  });

  it('shares the record of the children while nothing in it changes, in whichever order it is read', () => {
    const states = [
      rawNode(null, { a: 1 }),
      rawNode(null, { a: 1 }, { cversion: 1 }),
      { ...rawNode(null, {}, { cversion: 2 }), children: new Map([['a', rawChild(1, { mzxid: 9n })]]) },
    ];
    const [one, two, three] = readAll(states, 'data');
    expect(three?.children).toBe(one?.children);
    expect(two?.children).toBe(one?.children);
    expect(one).not.toBe(two);
  });

  it('keeps the bytes of the current reading where decoding loses information', () => {
    const [before, after] = readAll([rawNode('{"id":9007199254740992}'), rawNode('{"id":9007199254740993}')], 'data');
    expect(new TextDecoder().decode(rawBytes(before?.data ?? {}))).toBe('{"id":9007199254740992}');
    expect(new TextDecoder().decode(rawBytes(after?.data ?? {}))).toBe('{"id":9007199254740993}');
    const [, child] = readAll(
      [rawNode(null, { c: '\ud83d 1' }), rawNode(null, { c: '{"id":9007199254740993}' })],
      'data',
    );
    expect(rawBytes(child?.children.c ?? {})).toEqual(bytes('{"id":9007199254740993}'));
  });
});

describe('sameNode', () => {
  it.each(['data', 'names'] as const)('(%s) compares any two deliveries by value', (detail) => {
    fc.assert(
      fc.property(deliveries, deliveries, fc.nat(), fc.nat(), (nodes, others, i, k) => {
        const all = [...decodeAll(nodes, detail), ...decodeAll(others, detail).slice(-1)];
        const [one, two] = [all[i % all.length], all[k % all.length]];
        if (one === undefined || two === undefined || all.indexOf(one) > all.indexOf(two)) return;
        // Of two chains, the numbers of the revisions mean nothing.
        if (two === all.at(-1) && two.revision === one.revision + 1) return;
        const [before, after] = [one.snapshot, two.snapshot];
        expect(sameNode(one, two)).toBe(
          isDeepStrictEqual(before, after) && isDeepStrictEqual(hidden(before), hidden(after)),
        );
      }),
      { numRuns: 500 },
    );
  });
});
