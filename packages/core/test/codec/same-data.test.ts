import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameBytes, sameData } from '../../src/codec/same-data.js';
import { fromPairs, nodeData } from '../support/json-values.js';

describe('sameBytes', () => {
  it.each<[Uint8Array | null, Uint8Array | null, boolean]>([
    [null, null, true],
    [null, Uint8Array.of(), false],
    [Uint8Array.of(1), null, false],
    [Uint8Array.of(1, 2), Uint8Array.of(1, 2), true],
    [Uint8Array.of(1, 2), Uint8Array.of(1, 3), false],
    [Uint8Array.of(1, 2), Uint8Array.of(1), false],
  ])('compares %o and %o', (a, b, expected) => {
    expect(sameBytes(a, b)).toBe(expected);
  });
});

describe('sameData', () => {
  it('agrees with a trusted comparison', () => {
    fc.assert(
      fc.property(nodeData, nodeData, (a, b) => {
        expect(sameData(a, b)).toBe(isDeepStrictEqual(a, b));
        expect(sameData(a, structuredClone(a))).toBe(true);
        expect(sameData(a, fromPairs(Object.entries(a).reverse()))).toBe(true);
      }),
    );
  });

  it('distinguishes arrays from objects, null from objects, and missing keys from others', () => {
    expect(sameData({ a: [] }, { a: {} })).toBe(false);
    expect(sameData({ a: null }, { a: {} })).toBe(false);
    expect(sameData({ a: 1 }, { b: 1 })).toBe(false);
    expect(sameData({ a: 1 }, { a: 1, b: 1 })).toBe(false);
    expect(sameData(null, {})).toBe(false);
    expect(sameData({ a: 1 }, { toString: 1 })).toBe(false);
  });
});
