import { describe, expect, test } from 'vitest';
import { fixedLookup } from '../../src/transport/fixed-lookup.js';

describe('known addresses', () => {
  const known = ['10.0.0.1', '::1'];

  test('are all returned with the option all, otherwise the first', async () => {
    const lookup = fixedLookup(known);
    const all = await new Promise((resolve) => lookup('zk', { all: true }, (_error, found) => resolve(found)));
    const one = await new Promise((resolve) => lookup('zk', {}, (_error, ...found) => resolve(found)));
    expect(all).toEqual([
      { address: '10.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]);
    expect(one).toEqual(['10.0.0.1', 4]);
  });

  test('are returned asynchronously, like any lookup', () => {
    let answered = false;
    fixedLookup(known)('zk', {}, () => {
      answered = true;
    });
    expect(answered).toBe(false);
  });
});
