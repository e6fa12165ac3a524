import { describe, expect, it } from 'vitest';
import { excesses, limitSeconds } from '../check-cpu-time.mjs';

const recorded = { core: 40, memory: 20, cli: 30, tiny: 0.5 };

describe('the CPU time of the fast tests', () => {
  it.each([0.5, 1, 3])('is fine where everything takes %d times what is recorded', (speed) => {
    const measured = Object.fromEntries(Object.entries(recorded).map(([name, seconds]) => [name, seconds * speed]));
    expect(excesses(measured, recorded)).toEqual([]);
  });

  it('names a package that takes far more than the others do here', () => {
    expect(excesses({ core: 80, memory: 40, cli: 240, tiny: 1 }, recorded)).toEqual([
      'cli: 240 s, recorded 30; the other packages take 2.00 of what is recorded',
    ]);
  });

  it('lets a package that takes next to nothing vary', () => {
    expect(excesses({ ...recorded, tiny: 5 }, recorded)).toEqual([]);
  });

  // On a machine where processes start slowly, the package that starts the most of them takes twice as much relative to the others.
  it('is fine where one package takes twice as much as the others', () => {
    expect(excesses({ ...recorded, cli: 60 }, recorded)).toEqual([]);
  });

  it('names a package of which nothing is recorded', () => {
    expect(excesses({ ...recorded, pool: 7.04 }, recorded)).toEqual(['pool: 7 s, nothing recorded']);
  });

  it('refuses a record of more than all may take', () => {
    expect(excesses({}, { core: limitSeconds + 1 })).toEqual([
      `${limitSeconds + 1} s are recorded, ${limitSeconds} are allowed`,
    ]);
  });
});
