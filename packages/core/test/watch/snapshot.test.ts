import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawBytes } from '../../src/codec/decode.js';
import type { NodeSnapshot, SnapshotDetail } from '../../src/node/node-snapshot.js';
import { type DecodedNode, readSnapshot, sameSnapshot } from '../../src/watch/snapshot.js';
import { bytes } from '../support/fake-store.js';
import { isDeepFrozen } from '../support/is-deep-frozen.js';
import { anyRawNode, rawNode, stat } from '../support/raw-nodes.js';

/** The snapshots of these deliveries, in order. */
function readAll(nodes: readonly Parameters<typeof readSnapshot>[1][], detail: SnapshotDetail): NodeSnapshot[] {
  let reading: DecodedNode | undefined;
  return nodes.map((node) => {
    reading = readSnapshot(reading, node, detail);
    return reading.snapshot;
  });
}

function hidden(snapshot: NodeSnapshot): unknown[] {
  const values = [snapshot.data, ...Object.values(snapshot.children)];
  return values.map((value) => (value === null ? undefined : rawBytes(value)));
}

describe('readSnapshot', () => {
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
      fc.property(fc.array(anyRawNode, { minLength: 1, maxLength: 8 }), (nodes) => {
        const shared = readAll(nodes, detail);
        for (const [index, node] of nodes.entries()) {
          const fresh = readSnapshot(undefined, node, detail).snapshot;
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
      fc.property(fc.array(anyRawNode, { minLength: 2, maxLength: 8 }), (nodes) => {
        const all = readAll(nodes, detail);
        for (let i = 1; i < all.length; i += 1) {
          const [before, after] = [all[i - 1], all[i]];
          if (before === undefined || after === undefined) throw new Error('missing');
          const equal = isDeepStrictEqual(before, after) && isDeepStrictEqual(hidden(before), hidden(after));
          expect(before === after).toBe(equal);
          expect(sameSnapshot(before, after)).toBe(equal);
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

  it('examines no child when the same list object is passed again', () => {
    const node = rawNode({ n: 1 }, { a: { x: 1 } });
    const [before, after] = readAll([node, { ...node, data: bytes({ n: 2 }) }], 'data');
    expect(after?.children).toBe(before?.children);
    expect(after).not.toBe(before);
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

describe('sameSnapshot', () => {
  it.each([
    ['data', rawNode({ n: 1 }), rawNode({ n: 2 })],
    ['stat', rawNode({ n: 1 }), rawNode({ n: 1 }, {}, { version: 1 })],
    ['a child', rawNode(null, { a: { n: 1 } }), rawNode(null, { a: { n: 2 } })],
    ['the number of children', rawNode(null, { a: null }), rawNode(null, {})],
    ['the name of a child', rawNode(null, { a: null }), rawNode(null, { b: null })],
  ])('sees a change of %s', (_, one, two) => {
    const [a] = readAll([one], 'data');
    const [b] = readAll([two], 'data');
    const [again] = readAll([one], 'data');
    if (a === undefined || b === undefined || again === undefined) throw new Error('missing');
    expect(sameSnapshot(a, b)).toBe(false);
    expect(sameSnapshot(a, again)).toBe(true);
    expect(sameSnapshot(a, { ...again, children: a.children })).toBe(true);
  });
});
