import { describe, expect, test } from 'vitest';
import { longList, shortList } from '../../src/library/server-string.js';

/** What the library dials after its connection has broken, by its own rules; '-' where it pauses. */
function dialled(list: string, failures: number): string[] {
  const servers = list.split(',');
  const order: string[] = [];
  let next = 0;
  const take = (): string => {
    if (next >= servers.length) next = 0;
    next += 1;
    return servers[next - 1] ?? '';
  };
  for (let failure = 0; failure < failures; failure += 1) {
    if (next >= servers.length) order.push('-');
    take(); // It skips one after a failure.
    order.push(take());
  }
  return order;
}

describe('the list while the connection is away', () => {
  test.each([
    [['a'], ['a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', '-', 'a']],
    [
      ['a', 'b'],
      ['b', 'a', 'b', 'a', 'b', 'a', 'b', 'a', '-', 'b'],
    ],
    [
      ['a', 'b', 'c'],
      ['b', 'c', 'a', 'b', 'c', 'a', 'b', 'c', '-', 'b'],
    ],
  ])('of %j has each server dialled in turn, and no pause for long', (addresses, expected) => {
    expect(dialled(longList(addresses, ''), 9)).toEqual(expected);
  });

  test('of two servers as they are would have one dialled for ever', () => {
    expect(dialled('a,b', 4)).toEqual(['b', '-', 'b', '-', 'b', '-', 'b']);
  });

  test('has another length than the last, since the library does not compare ports', () => {
    const first = longList(['127.0.0.1:1'], '127.0.0.1:1');
    const second = longList(['127.0.0.1:2'], first);
    const third = longList(['127.0.0.1:3'], second);
    const lengths = ['127.0.0.1:1', first, second, third].map((list) => list.split(',').length);
    for (let index = 1; index < lengths.length; index += 1) expect(lengths[index]).not.toBe(lengths[index - 1]);
  });
});

test('while it is connected the list is as short as can be', () => {
  expect(shortList(['127.0.0.1:1', '::1:2'])).toBe('127.0.0.1:1,::1:2');
});
