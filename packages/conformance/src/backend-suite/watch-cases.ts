import assert from 'node:assert/strict';
import { bytes, childTexts, noBytes, text } from '../support/node-bytes.js';
import type { BackendCase } from './backend-case.js';

/** Duty 7: the deliveries of a watch for one node. */
export const watchCases: readonly BackendCase[] = [
  {
    name: 'a watch of a node delivers it soon after it starts, whole and once',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w/child', bytes('c'));
      await a.write('/w', bytes('own'), 0);
      const watch = await b.watching('/w');
      await scene.quiet();
      assert.equal(watch.deliveries.length, 1);
      assert.equal(text(watch.last?.data), 'own');
      assert.deepEqual(watch.last, await b.read('/w'));
    },
  },
  {
    name: 'a watch of a path that does not exist delivers its absence, once',
    async run(scene) {
      const backend = await scene.connected();
      const watch = await backend.watching('/not/there');
      await scene.quiet();
      assert.equal(watch.deliveries.length, 1);
      assert.deepEqual([watch.last?.path, watch.last?.data, watch.last?.stat], ['/not/there', null, null]);
    },
  },
  {
    name: "a watch delivers the node's creation, each new data and its deletion",
    async run(scene) {
      const [a, b] = await scene.pair();
      const watch = await b.watching('/w');
      await a.create('/w', bytes('zero'));
      await watch.until('the node', ({ data }) => text(data) === 'zero');
      await a.write('/w', bytes('one'), 0);
      await watch.until('version 1', ({ stat, data }) => stat?.version === 1 && text(data) === 'one');
      await a.write('/w', noBytes, 1);
      await watch.until('version 2', ({ stat, data }) => stat?.version === 2 && data === null);
      await a.remove('/w', 2);
      await watch.until('its end', ({ stat }) => stat === null);
    },
  },
  {
    name: "a write of equal bytes is delivered: the node's stat has changed",
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w', bytes('same'));
      const watch = await b.watching('/w');
      await a.write('/w', bytes('same'), 0);
      await watch.until('version 1', ({ stat }) => stat?.version === 1);
    },
  },
  {
    name: 'a watch delivers created and deleted children, and the stat with them',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w', bytes('x'));
      for (const detail of ['names', 'data'] as const) {
        const watch = await b.watching('/w', detail);
        await a.create('/w/one', bytes('1'), 'ephemeral');
        await watch.until('one child', ({ children }) => children.has('one') && children.size === 1);
        await a.create('/w/two', bytes('2'));
        await watch.until('two children', ({ children }) => children.has('two') && children.size === 2);
        await a.remove('/w/one', 0);
        await watch.until('the other child', ({ children }) => children.has('two') && children.size === 1);
        await a.remove('/w/two', 0);
        const { stat } = await watch.until('no child', ({ children }) => children.size === 0);
        assert.deepEqual(stat, await a.stat('/w'));
      }
    },
  },
  {
    name: "a child's new data is delivered to a watch with children 'data'",
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w/one', bytes('1'));
      await a.create('/w/two', bytes('2'));
      const watch = await b.watching('/w', 'data');
      await a.write('/w/two', bytes('22'), 0);
      await watch.until('the new data', ({ children }) => text(children.get('two')?.data) === '22');
      await a.write('/w/one', noBytes, 0);
      await watch.until('no data', ({ children }) => children.get('one')?.data === null);
      await a.write('/w/two', bytes('222'), 1);
      await watch.until('the newest data', ({ children }) => text(children.get('two')?.data) === '222');
    },
  },
  {
    name: "a child's new data is not delivered to a watch with children 'names' or 'none'",
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w/one', bytes('1'));
      const watches = [await b.watching('/w', 'names'), await b.watching('/w', 'none')];
      await a.write('/w/one', bytes('11'), 0);
      await scene.quiet();
      for (const watch of watches) assert.equal(watch.deliveries.length, 1);
    },
  },
  {
    name: 'changes elsewhere and at deeper levels are not delivered',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w/one', bytes('1'));
      const watch = await b.watching('/w', 'data');
      await a.create('/w/one/deep/er', bytes('x'));
      await a.create('/w-2', bytes('x'));
      await a.create('/other', bytes('x'));
      await scene.quiet();
      assert.deepEqual(childTexts(watch.last ?? (await a.read('/w'))), new Map([['one', '1']]));
      assert.equal(watch.deliveries.length, 1);
    },
  },
  {
    name: "with children 'none' the node's own changes are delivered",
    async run(scene) {
      const [a, b] = await scene.pair();
      const watch = await b.watching('/w', 'none');
      await a.create('/w/one', bytes('1'));
      await watch.until('the node', ({ stat }) => stat !== null);
      await a.write('/w', bytes('own'), 0);
      await watch.until('its data', ({ data }) => text(data) === 'own');
      await a.remove('/w/one', 0);
      await a.remove('/w', 1);
      await watch.until('its end', ({ stat }) => stat === null);
    },
  },
  {
    name: 'a replacement is delivered as the new node',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w/node', bytes('old'), 'ephemeral');
      const [own, list] = [await a.watching('/w/node'), await a.watching('/w')];
      await b.replace('/w/node', bytes('new'), 0);
      const { id } = b.connection.session;
      await own.until('the new life', ({ stat, data }) => stat?.ephemeralOwner === id && text(data) === 'new');
      await list.until('the new data', ({ children }) => text(children.get('node')?.data) === 'new');
    },
  },
];
