import { expect, test } from 'vitest';
import { NativeWatchTable } from '../../src/library/native-watch-table.js';

const data = { of: 'data', zxid: 7 } as const;
const children = { of: 'children', zxid: 8 } as const;
const absence = { of: 'absence' } as const;

test('counts what the library would send of the watches at a reconnect', () => {
  const table = new NativeWatchTable();
  table.arm('/node', data);
  table.arm('/node', data);
  expect(table.bytes).toBe(4 + 5);
  table.arm('/node', children);
  table.arm('/ü', absence);
  expect(table.bytes).toBe(2 * (4 + 5) + (4 + 3));
  table.fire({ kind: 'deleted', path: '/node' });
  table.fire({ kind: 'created', path: '/ü' });
  expect(table.bytes).toBe(0);
});

test.each([
  ['changed', true, [children]],
  ['created', true, [children]],
  ['children', true, [data]],
  ['deleted', true, []],
] as const)('%s uses up what it comes from', (kind, wanted, left) => {
  const table = new NativeWatchTable();
  for (const sight of [data, children]) table.arm('/node', sight);
  expect(table.fire({ kind, path: '/node' })).toBe(wanted);
  const [armed] = table.active();
  expect(armed?.data).toBe((left as readonly object[]).includes(data) ? 7 : undefined);
  expect(armed?.children).toBe((left as readonly object[]).includes(children) ? 8 : undefined);
});

test('an event that nothing was armed for is nothing that anybody wants', () => {
  const table = new NativeWatchTable();
  expect(table.fire({ kind: 'changed', path: '/node' })).toBe(false);
  table.arm('/node', children);
  expect(table.fire({ kind: 'changed', path: '/node' })).toBe(false);
});

test('a forgotten watch is not reported, still counts, and is dropped for another handle', () => {
  const table = new NativeWatchTable();
  table.arm('/node', data);
  table.arm('/other', data);
  table.forget('/node');
  expect(table.bytes).toBe(4 + 5 + 4 + 6);
  expect(table.active().map(({ path }) => path)).toEqual(['/other']);
  expect(table.bytes).toBe(4 + 6);
  table.arm('/again', data);
  table.forget('/again');
  expect(table.fire({ kind: 'changed', path: '/again' })).toBe(false);
});

test('what was forgotten can be wanted again', () => {
  const table = new NativeWatchTable();
  table.arm('/node', data);
  table.forget('/node');
  table.arm('/node', children);
  expect(table.fire({ kind: 'children', path: '/node' })).toBe(true);
});
