import { expect, test } from 'vitest';
import { rearm } from '../../src/watch/rearm.js';
import type { WatchKind } from '../../src/watch/watch-table.js';
import { setWatches } from '../../src/wire/records.js';
import { RequestWriter } from '../../src/wire/request-writer.js';

const tableOf = (watches: [WatchKind, string][]) => ({ list: () => watches });

test('no watches take no frame', () => {
  expect([...rearm(tableOf([]), 5n)]).toEqual([]);
});

test('each kind has its list', () => {
  const watches: [WatchKind, string][] = [
    ['data', '/a'],
    ['child', '/a'],
    ['existence', '/b'],
    ['data', '/c'],
  ];
  expect([...rearm(tableOf(watches), 5n)]).toEqual([
    { relativeZxid: 5n, dataWatches: ['/a', '/c'], existWatches: ['/b'], childWatches: ['/a'] },
  ]);
});

test('many watches are split into frames below the limit, which all name the same transaction', () => {
  const kinds: WatchKind[] = ['data', 'existence', 'child'];
  const watches = Array.from({ length: 5_000 }, (_, i): [WatchKind, string] => [
    kinds[i % 3] ?? 'data',
    `/services/é${'x'.repeat(i % 90)}/${i}`,
  ]);
  const maxBytes = 16 * 1024;
  const batches = [...rearm(tableOf(watches), 77n, maxBytes)];
  const lengths = batches.map((batch) => {
    const writer = new RequestWriter();
    writer.add(1, 101, setWatches, batch);
    return writer.take().length - 4;
  });
  expect(Math.max(...lengths)).toBeLessThanOrEqual(maxBytes);
  // No frame but the last has room for one more path.
  expect(Math.min(...lengths.slice(0, -1))).toBeGreaterThan(maxBytes - 150);
  expect(new Set(batches.map(({ relativeZxid }) => relativeZxid))).toEqual(new Set([77n]));
  const sent = batches.flatMap(({ dataWatches, existWatches, childWatches }) => [
    ...dataWatches.map((path) => `data ${path}`),
    ...existWatches.map((path) => `existence ${path}`),
    ...childWatches.map((path) => `child ${path}`),
  ]);
  expect(sent.sort()).toEqual(watches.map((watch) => watch.join(' ')).sort());
});

test('a path that is longer than a frame has one of its own', () => {
  const long = `/${'x'.repeat(200)}`;
  const watches: [WatchKind, string][] = ['/a', long, '/b'].map((path) => ['data', path]);
  expect([...rearm(tableOf(watches), 1n, 100)].map(({ dataWatches }) => dataWatches)).toEqual([['/a'], [long], ['/b']]);
});
