import assert from 'node:assert/strict';
import { bytes, childNames, text } from '../support/node-bytes.js';
import { forLater } from '../support/rejection.js';
import type { BackendCase } from './backend-case.js';

/** Duty 7: a watch follows its path through all changes, until it is disposed. */
export const watchLifeCases: readonly BackendCase[] = [
  {
    name: 'a path that is removed and created again is followed, its children too',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w/old', bytes('1'));
      const watch = await b.watching('/w');
      await a.remove('/w/old', 0);
      await a.remove('/w', 0);
      await watch.until('its end', ({ stat }) => stat === null);
      await a.create('/w/new', bytes('1'));
      await watch.until(
        'the new child',
        ({ children }) => text(children.get('new')?.data) === '1' && children.size === 1,
      );
      await a.create('/w/newer', bytes('2'));
      await watch.until('the newer child', ({ children }) => children.has('newer'));
      await a.write('/w/new', bytes('11'), 0);
      await watch.until("the child's new data", ({ children }) => text(children.get('new')?.data) === '11');
      await a.write('/w', bytes('own'), 0);
      await watch.until('its own new data', ({ data }) => text(data) === 'own');
    },
  },
  {
    name: 'a path that is removed and immediately created again is followed',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w/n0', bytes('0'));
      const watch = await b.watching('/w');
      for (let life = 1; life <= 5; life += 1) {
        await a.remove(`/w/n${life - 1}`, 0);
        await a.remove('/w', 0);
        await a.create(`/w/n${life}`, bytes(`${life}`));
      }
      await watch.until('the last life', (node) => childNames(node).join() === 'n5');
      await a.create('/w/after', bytes('x'));
      await watch.until('a child after that', ({ children }) => children.has('after'));
    },
  },
  {
    name: 'a child that is removed and created again is followed',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w/child', bytes('one'));
      const watch = await b.watching('/w');
      await a.remove('/w/child', 0);
      await a.create('/w/child', bytes('two'));
      await watch.until('the new life', ({ children }) => text(children.get('child')?.data) === 'two');
      await a.write('/w/child', bytes('three'), 0);
      await watch.until('its new data', ({ children }) => text(children.get('child')?.data) === 'three');
    },
  },
  {
    name: 'a path whose parent is created later is followed',
    async run(scene) {
      const [a, b] = await scene.pair();
      const watch = await b.watching('/later/still/node');
      await a.create('/later', bytes('x'));
      await a.create('/later/still', bytes('x'));
      await a.create('/later/still/node', bytes('at last'));
      await watch.until('the node', ({ data }) => text(data) === 'at last');
      await a.create('/later/still/node/child', bytes('c'));
      await watch.until('its child', ({ children }) => text(children.get('child')?.data) === 'c');
    },
  },
  {
    name: 'many quick changes may be merged, but the last state is delivered',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w', bytes('start'));
      const watch = await b.watching('/w');
      for (let version = 0; version < 100; version += 1) await a.write('/w', bytes(`${version}`), version);
      await watch.until('the last write', ({ data }) => text(data) === '99');
      const names = Array.from({ length: 50 }, (_, i) => `n${i}`);
      await Promise.all(names.map((name) => a.create(`/w/${name}`, bytes(name))));
      await watch.until('all children', ({ children }) => children.size === 50);
      await Promise.all(names.map((name) => a.remove(`/w/${name}`, 0)));
      await watch.until('no children', ({ children }) => children.size === 0);
      const { changedChildren: _, ...last } = watch.last ?? assert.fail('nothing delivered');
      assert.deepEqual(last, await a.read('/w'));
    },
  },
  {
    name: 'two watches of one path are independent, each with its own detail',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w/child', bytes('c'));
      const [data, names] = [await b.watching('/w', 'data'), await b.watching('/w', 'names')];
      assert.equal(text(data.last?.children.get('child')?.data), 'c');
      assert.equal(names.last?.children.get('child')?.data, null);
      names.dispose();
      await a.create('/w/second', bytes('s'));
      await data.until('the second child', ({ children }) => text(children.get('second')?.data) === 's');
      const again = await b.watching('/w', 'names');
      data.dispose();
      await a.create('/w/third', bytes('t'));
      await again.until('the third child', ({ children }) => children.has('third'));
    },
  },
  {
    name: 'watches of a parent and of its children do not disturb each other',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w/child', bytes('c'));
      const parent = await b.watching('/w');
      const child = await b.watching('/w/child');
      await a.write('/w/child', bytes('cc'), 0);
      await parent.until("the child's data", ({ children }) => text(children.get('child')?.data) === 'cc');
      await child.until('its data', ({ data }) => text(data) === 'cc');
      parent.dispose();
      await a.write('/w/child', bytes('ccc'), 1);
      await child.until('its data', ({ data }) => text(data) === 'ccc');
      const again = await b.watching('/w');
      child.dispose();
      await a.write('/w/child', bytes('cccc'), 2);
      await again.until("the child's data", ({ children }) => text(children.get('child')?.data) === 'cccc');
    },
  },
  {
    name: 'a disposed watch delivers nothing more, not even a delivery in flight',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w', bytes('x'));
      b.watch('/w').dispose();
      const running = await b.watching('/w');
      const write = forLater(a.write('/w', bytes('y'), 0));
      running.dispose();
      await write;
      const noticed = await b.watching('/w');
      await a.write('/w', bytes('z'), 1);
      noticed.dispose();
      noticed.dispose();
      await a.create('/w/child', bytes('x'));
      await scene.quiet();
    },
  },
  {
    name: 'a watch may be disposed, and others started, from inside its observer',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w', bytes('x'));
      const second = b.watch('/w', 'data', () => second.dispose());
      const inner: { last: { data: Uint8Array | null } | undefined }[] = [];
      const first = b.watch('/w', 'data', () => {
        first.dispose();
        inner.push(b.watch('/w'));
      });
      await scene.eventually('the inner watch delivers', () => inner[0]?.last !== undefined);
      await a.write('/w', bytes('y'), 0);
      await scene.eventually('the inner watch goes on', () => text(inner[0]?.last?.data) === 'y');
      await scene.quiet();
      assert.deepEqual([first.deliveries.length, second.deliveries.length], [1, 1]);
    },
  },
  {
    name: 'a watch started before connect begins once the connection is established',
    async run(scene) {
      const other = await scene.connected();
      await other.create('/early', bytes('x'));
      const backend = scene.backend();
      const watch = backend.watch('/early');
      backend.connect();
      await watch.until('the node', ({ data }) => text(data) === 'x');
      await other.write('/early', bytes('y'), 0);
      await watch.until('its new data', ({ data }) => text(data) === 'y');
    },
  },
  {
    name: 'a watch started after close never delivers and can be disposed',
    async run(scene) {
      const backend = await scene.connected();
      await backend.close();
      const watch = backend.watch('/late');
      await scene.quiet();
      watch.dispose();
    },
  },
  {
    name: 'a thousand watches of one backend each see their own node',
    async run(scene) {
      const [a, b] = await scene.pair();
      const paths = Array.from({ length: 1_000 }, (_, i) => `/thousand/n${i}`);
      const watches = paths.map((path) => b.watch(path));
      await Promise.all(paths.map((path) => a.create(path, bytes(path))));
      for (const watch of watches) await watch.until('its node', ({ data, path }) => text(data) === path);
    },
  },
];
