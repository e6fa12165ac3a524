import { describe, expect, it } from 'vitest';
import { Random, seedOf } from '../src/random.mjs';

describe('Random', () => {
  it('gives the same number for the same seed, part and name, whatever else was drawn', () => {
    const one = new Random(7).of('part');
    const other = new Random(7).of('part');
    other.of('something else').next();
    other.next();
    expect(other.of('name').next()).toBe(one.of('name').next());
    expect(new Random(8).of('part').of('name').next()).not.toBe(one.of('name').next());
    expect(new Random(7).of('another').of('name').next()).not.toBe(one.of('name').next());
  });

  it('gives the same sequence for the same seed', () => {
    const [one, other] = [new Random(7), new Random(7)];
    const sequence = Array.from({ length: 5 }, () => one.next());
    expect(Array.from({ length: 5 }, () => other.next())).toEqual(sequence);
    expect(new Set(sequence).size).toBe(5);
  });

  it('stays within the bounds and reaches all of them', () => {
    const random = new Random(1);
    const drawn = Array.from({ length: 1_000 }, () => random.next());
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.min(...drawn)).toBeLessThan(0.02);
    expect(Math.max(...drawn)).toBeGreaterThan(0.98);
    expect(Math.max(...drawn)).toBeLessThan(1);
    expect([...new Set(drawn.map(() => random.between(10, 12)))].sort()).toEqual([10, 11, 12]);
    expect([...new Set(drawn.map(() => random.pick(['a', 'b', 'c'])))].sort()).toEqual(['a', 'b', 'c']);
    expect(random.shuffle(['a', 'b', 'c']).sort()).toEqual(['a', 'b', 'c']);
  });
});

describe('seedOf', () => {
  it('is NDSR_SEED, or any', () => {
    expect(seedOf({ NDSR_SEED: '42' })).toBe(42);
    expect(seedOf({})).not.toBe(seedOf({}));
    expect(() => seedOf({ NDSR_SEED: 'forty-two' })).toThrow("NDSR_SEED must be a whole number, not 'forty-two'");
  });
});
