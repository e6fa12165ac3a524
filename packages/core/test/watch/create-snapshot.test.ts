import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { NodeSnapshot } from '../../src/node/node-snapshot.js';
import { decodeNode } from '../../src/watch/decoded-node.js';
import { rawNode, stat } from '../support/raw-nodes.js';

function snapshotOf(children: Record<string, unknown>): NodeSnapshot {
  return decodeNode(undefined, rawNode({ n: 1 }, children), 'data', false).snapshot;
}

function record(children: Record<string, unknown>): Record<string, unknown> {
  return Object.assign(Object.create(null), children);
}

const snapshot = snapshotOf({ b: { x: 1 }, a: null });
const plain = { path: '/a', data: { n: 1 }, children: record({ a: null, b: { x: 1 } }), stat: stat() } as NodeSnapshot;

describe('a snapshot is to its users a plain, frozen object', () => {
  it('console.log and inspect show the children', () => {
    expect(inspect(snapshot)).toBe(inspect(plain));
    expect(inspect({ list: [snapshot] }, { depth: 9 })).toBe(inspect({ list: [plain] }, { depth: 9 }));
    expect(inspect({ list: [snapshot] })).toBe(inspect({ list: [plain] }));
  });

  it('JSON.stringify', () => {
    const text = (value: NodeSnapshot): string => JSON.stringify({ ...value, stat: null });
    expect(text(snapshot)).toBe(text(plain));
    expect(JSON.parse(JSON.stringify(snapshotOf({ a: 1 }), ['children', 'a', 'string_value']))).toEqual({
      children: { a: { string_value: '1' } },
    });
  });

  it('spread, Object.assign, Object.keys and Object.entries', () => {
    expect({ ...snapshot }).toEqual(plain);
    expect(Object.assign({}, snapshot)).toStrictEqual(plain);
    expect(Object.entries(snapshot)).toEqual(Object.entries(plain));
    expect(Reflect.ownKeys({ ...snapshot })).toEqual(['path', 'data', 'children', 'stat']);
    const { children, ...rest } = snapshot;
    expect([Object.keys(children), Object.keys(rest)]).toEqual([
      ['a', 'b'],
      ['path', 'data', 'stat'],
    ]);
  });

  it('for…in and `in`', () => {
    const keys: string[] = [];
    for (const key in snapshot) keys.push(key);
    expect(keys).toEqual(Object.keys(plain));
    expect('children' in snapshot && Object.hasOwn(snapshot, 'children')).toBe(true);
  });

  it('structuredClone', () => {
    expect(structuredClone(snapshot)).toEqual({ ...plain, children: { a: null, b: { x: 1 } } });
  });

  it('toEqual, toStrictEqual and assert.deepStrictEqual, in both directions', () => {
    expect(snapshot).toEqual(plain);
    expect(snapshot).toStrictEqual(plain);
    expect(plain).toStrictEqual(snapshot);
    assert.deepStrictEqual(snapshot, plain);
    assert.deepStrictEqual(plain, snapshot);
    assert.deepEqual(snapshotOf({ b: { x: 1 }, a: null }), snapshot);
    assert.notDeepStrictEqual(snapshot, { ...plain, children: record({ a: null }) });
    expect(snapshot).not.toEqual({ ...plain, children: record({ a: null }) });
    expect(snapshot).toMatchObject({ children: { b: { x: 1 } } });
  });

  it('is frozen, and so is the record, which has no prototype', () => {
    expect(Object.isFrozen(snapshot)).toBe(true);
    expect(Object.isFrozen(snapshot.children)).toBe(true);
    expect(Object.getPrototypeOf(snapshot)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(snapshot.children)).toBeNull();
    expect(() => Object.assign(snapshot, { children: {} })).toThrow(TypeError);
    expect(() => Object.assign(snapshot, { path: '/b' })).toThrow(TypeError);
  });

  it('builds the record once', () => {
    expect(snapshot.children).toBe(snapshot.children);
    expect(snapshotOf({}).children).toBe(snapshotOf({}).children);
  });

  it('lists the names in order, integers first, and treats __proto__ as a name', () => {
    const { children } = snapshotOf(
      Object.fromEntries(['b', '10', '__proto__', '9', 'constructor'].map((one) => [one, 1])),
    );
    expect(Object.keys(children)).toEqual(['9', '10', '__proto__', 'b', 'constructor']);
  });
});
