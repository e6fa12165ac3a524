import { expect, it } from 'vitest';
import { contenderPath, leasePath, newLockId, parseLimit, queuePathOf } from '../../src/coordination/queue-layout.js';

it('creates all nodes where kazoo looks for them', () => {
  expect(queuePathOf('/a/b')).toBe('/a/b-__lock__');
  expect(contenderPath('/a/b-__lock__', 'ff')).toBe('/a/b-__lock__/ff__lock__');
  expect(leasePath('/a/b', 'ff')).toBe('/a/b/ff');
  expect(newLockId()).toMatch(/^[0-9a-f]{32}$/);
  expect(newLockId()).not.toBe(newLockId());
});

it.each([
  ['1', 1n],
  [' 12\n', 12n],
  ['+3', 3n],
  ['-1', -1n],
  ['1_000', 1_000n],
  ['007', 7n],
  ['99999999999999999999', 99999999999999999999n],
  ['', undefined],
  ['1.0', undefined],
  ['0x10', undefined],
  ['1e3', undefined],
  ['_1', undefined],
  ['{"by":"me"}', undefined],
  ['ten', undefined],
])('reads %o as Python’s int() does', (text, limit) => {
  expect(parseLimit(new TextEncoder().encode(text))).toBe(limit);
  expect(parseLimit(null)).toBe(undefined);
});
