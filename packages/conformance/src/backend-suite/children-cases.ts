import assert from 'node:assert/strict';
import type { RawNode } from '@ndsr/core/backend';
import { bytes, childNames, childTexts, noBytes, text } from '../support/node-bytes.js';
import type { BackendCase } from './backend-case.js';

/** How much of a node's children is delivered with it. */
export const childrenCases: readonly BackendCase[] = [
  {
    name: "with children 'none' the children are empty, but the stat counts them",
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/c/one', bytes('1'));
      const { children, stat } = await backend.read('/c', 'none');
      assert.equal(children.size, 0);
      assert.equal(stat?.numChildren, 1);
    },
  },
  {
    name: "with children 'data' every child has the stat that a read of it returns",
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/c/one', bytes('1'));
      await a.write('/c/one', bytes('22'), 0);
      await b.create('/c/two', noBytes, 'ephemeral');
      const { children } = await b.read('/c');
      for (const name of ['one', 'two']) assert.deepEqual(children.get(name)?.stat, (await a.read(`/c/${name}`)).stat);
    },
  },
  {
    name: "with children 'names' every name is listed, with null for its data",
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/c/one', bytes('1'));
      await backend.create('/c/two', noBytes);
      const expected = new Map([
        ['one', null],
        ['two', null],
      ]);
      assert.deepEqual(childTexts(await backend.read('/c', 'names')), expected);
    },
  },
  {
    name: "with children 'data' every name is listed with its bytes, and nothing from deeper levels",
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/c/one', bytes('1'));
      await backend.create('/c/two/deep/er', bytes('deep'));
      const expected = new Map([
        ['one', '1'],
        ['two', null],
      ]);
      assert.deepEqual(childTexts(await backend.read('/c')), expected);
    },
  },
  {
    name: 'without the data of the node itself, a read and a watch show its names and its stat, whatever becomes of it',
    async run(scene) {
      const backend = await scene.connected();
      const options = { children: 'names', data: false } as const;
      const seen: string[] = [];
      const show = ({ children, stat }: RawNode): string =>
        stat === null ? 'absent' : [...children.keys(), stat.numChildren].join();
      const watch = backend.port.watch('/c', options, {
        node: (node) => seen.push(show(node)),
        fault: () => undefined,
      });
      const read = async (): Promise<string> => show(await backend.call('read', (port) => port.read('/c', options)));
      const shows = async (expected: string): Promise<void> => {
        await scene.eventually(`the watch shows ${expected}`, () => seen.at(-1) === expected);
        assert.equal(await read(), expected);
      };
      await shows('absent');
      await backend.create('/c', bytes('data'));
      await shows('0');
      await backend.create('/c/one', bytes('1'));
      await shows('one,1');
      const { mzxid } = await backend.stat('/c');
      await backend.write('/c', bytes('other'), 0);
      assert.equal(await read(), 'one,1');
      const { stat } = await backend.call('read', (port) => port.read('/c', options));
      assert.ok(stat !== null && stat.mzxid > mzxid, 'the stat is that of the written node');
      await backend.remove('/c/one', 0);
      await shows('0');
      await backend.remove('/c', 1);
      await shows('absent');
      await backend.create('/c/two/three', bytes('deep'));
      await shows('two,1');
      watch.dispose();
    },
  },
  {
    name: 'a path that does not exist reads as absent, with every detail',
    async run(scene) {
      const backend = await scene.connected();
      for (const detail of ['none', 'names', 'data'] as const) {
        const node = await backend.read('/not/there', detail);
        assert.deepEqual([node.path, node.data, node.stat, node.children.size], ['/not/there', null, null, 0]);
      }
    },
  },
  {
    name: 'paths that begin alike are not mistaken for children',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/c/one', bytes('1'));
      await backend.create('/c-2/two', bytes('2'));
      await backend.create('/c/one-more', bytes('3'));
      assert.deepEqual(childNames(await backend.read('/c')), ['one', 'one-more']);
      assert.equal((await backend.stat('/c/one')).numChildren, 0);
    },
  },
  {
    name: 'the root can be read and watched like any node',
    async run(scene) {
      const [a, b] = await scene.pair();
      const watch = await b.watching('/');
      await a.create('/top', bytes('t'));
      await watch.until('the new node', ({ children }) => text(children.get('top')?.data) === 't');
      assert.equal(text((await a.read('/')).children.get('top')?.data), 't');
    },
  },
  {
    name: 'three hundred children are all listed, with their data',
    async run(scene) {
      const [a, b] = await scene.pair();
      const names = Array.from({ length: 300 }, (_, i) => `instance-${i}`);
      await Promise.all(names.map((name) => a.create(`/many/${name}`, bytes(name), 'ephemeral')));
      assert.deepEqual(childTexts(await b.read('/many')), new Map(names.sort().map((name) => [name, name])));
    },
  },
];
