import { describe, expect, it } from 'vitest';
import { Chance, seedOf } from '../src/chance.js';

describe('Chance', () => {
  it('gives the same number for the same seed, part and name, whatever else was drawn', () => {
    const one = new Chance(7).of('part');
    const other = new Chance(7).of('part');
    other.between('something else', 0, 1);
    expect(other.between('name', 0, 1)).toBe(one.between('name', 0, 1));
    expect(new Chance(8).of('part').between('name', 0, 1)).not.toBe(one.between('name', 0, 1));
    expect(new Chance(7).of('another').between('name', 0, 1)).not.toBe(one.between('name', 0, 1));
  });

  it('stays within the bounds and reaches all of them', () => {
    const chance = new Chance(1);
    const drawn = Array.from({ length: 1_000 }, (_, index) => chance.between(String(index), 10, 20));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(10);
    expect(Math.min(...drawn)).toBeLessThan(10.2);
    expect(Math.max(...drawn)).toBeGreaterThan(19.8);
    expect(Math.max(...drawn)).toBeLessThan(20);
    const picked = new Set(drawn.map((_, index) => chance.pick(`pick ${index}`, ['a', 'b', 'c'])));
    expect([...picked].sort()).toEqual(['a', 'b', 'c']);
  });
});

describe('seedOf', () => {
  it('is NDSR_SEED, or any', () => {
    expect(seedOf({ NDSR_SEED: '42' })).toBe(42);
    expect(seedOf({})).not.toBe(seedOf({}));
    expect(() => seedOf({ NDSR_SEED: 'forty-two' })).toThrow("NDSR_SEED must be a whole number, not 'forty-two'");
  });
});
