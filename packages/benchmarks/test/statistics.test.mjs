import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exponentOf, quantile, summarise } from '../src/statistics.mjs';

describe('statistics', () => {
  test('the median of an even number of values lies between the two in the middle', () => {
    expect(summarise([5, 1, 3])).toEqual({ median: 3, low: 1, high: 5 });
    expect(summarise([4, 1, 3, 2])).toEqual({ median: 2.5, low: 1, high: 4 });
    expect(summarise([7])).toEqual({ median: 7, low: 7, high: 7 });
  });

  test('a quantile lies between its neighbours in proportion', () => {
    const hundred = Array.from({ length: 101 }, (_, index) => 100 - index);
    expect(quantile(hundred, 0.99)).toBe(99);
    expect(quantile([0, 10], 0.25)).toBe(2.5);
  });

  test('an empty list has no median', () => {
    expect(() => summarise([])).toThrow(RangeError);
  });

  test('half of the values are at most the median, and half at least, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const { median, low, high } = summarise(values);
        expect(2 * values.filter((value) => value <= median).length).toBeGreaterThanOrEqual(values.length);
        expect(2 * values.filter((value) => value >= median).length).toBeGreaterThanOrEqual(values.length);
        expect(low).toBeLessThanOrEqual(median);
        expect(high).toBeGreaterThanOrEqual(median);
      }),
    );
  });

  test('the exponent is 1 when twice the size costs twice as much, 2 when it costs four times as much', () => {
    const sizes = [10, 100, 1_000, 5_000];
    expect(exponentOf(sizes.map((size) => [size, 3 * size]))).toBeCloseTo(1);
    expect(exponentOf(sizes.map((size) => [size, size ** 2 / 7]))).toBeCloseTo(2);
    expect(exponentOf(sizes.map((size) => [size, 5]))).toBeCloseTo(0);
  });
});
