import assert from 'node:assert/strict';
import type { RawNode } from '@ndsr/core/backend';
import { bytes, text } from '../support/node-bytes.js';
import type { BackendCase } from './backend-case.js';
import type { WatchRecorder } from './watch-recorder.js';

const names = ['a', 'b', 'c', 'd'] as const;

/**
 * Duty 7: what a delivery says about its children. Each delivery of every case is also held to the rule that its
 * `changedChildren`, if there are any, lead from the delivery before it to its children.
 */
export const changedChildrenCases: readonly BackendCase[] = [
  {
    name: 'changedChildren lead to the children when one is created, written, replaced or removed',
    async run(scene) {
      const [a, b] = await scene.pair();
      for (const name of names) await a.create(`/w/${name}`, bytes('1'));
      const watch = await b.watching('/w');
      await a.create('/w/e', bytes('1'));
      await watch.until('the created child', ({ children }) => children.has('e'));
      await a.write('/w/a', bytes('2'), 0);
      await watch.until('the written child', dataOf('a', '2'));
      await a.replace('/w/b', bytes('3'), 0);
      await watch.until('the replaced child', dataOf('b', '3'));
      await a.remove('/w/c', 0);
      await watch.until('the end of a child', ({ children }) => !children.has('c'));
    },
  },
  {
    name: 'every watch of a path has changes of its own, from its first delivery on',
    async run(scene) {
      const [a, b] = await scene.pair();
      for (const name of names) await a.create(`/w/${name}`, bytes('1'));
      const watches: WatchRecorder[] = [];
      for (const [i, name] of names.entries()) {
        watches.push(await b.watching('/w'), await b.watching('/w', 'names'));
        await a.write(`/w/${name}`, bytes('2'), 0);
        await a.create(`/w/new-${i}`, bytes('1'));
      }
      for (const watch of watches) await watch.until('the last child', ({ children }) => children.has('new-3'));
      for (const watch of watches) assert.equal(watch.deliveries[0]?.node.changedChildren, undefined);
    },
  },
  {
    name: 'the children of a node that is removed and created again are those of its new life',
    async run(scene) {
      const [a, b] = await scene.pair();
      for (const name of ['a', 'b']) await a.create(`/w/${name}`, bytes('1'));
      const watch = await b.watching('/w');
      for (const name of ['a', 'b']) await a.remove(`/w/${name}`, 0);
      await a.remove('/w', 0);
      await watch.until('its end', ({ stat }) => stat === null);
      await a.create('/w/a', bytes('2'));
      const node = await watch.until('its new life', dataOf('a', '2'));
      assert.deepEqual([...node.children.keys()], ['a']);
    },
  },
  {
    name: 'the stat of a delivered child is that of its data: a write, and a takeover, change both',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w/a', bytes('1'));
      const watch = await b.watching('/w');
      const [before] = watch.deliveries.map(({ node }) => node.children.get('a')?.stat);
      await a.write('/w/a', bytes('2'), 0);
      const { children } = await watch.until('the written child', dataOf('a', '2'));
      const written = children.get('a')?.stat;
      assert.deepEqual([before?.version, written?.version], [0, 1]);
      assert.deepEqual(written, (await a.read('/w/a')).stat);
      await b.replace('/w/a', bytes('3'), 1);
      const taken = await watch.until('the child of the other session', dataOf('a', '3'));
      assert.deepEqual(taken.children.get('a')?.stat, (await a.read('/w/a')).stat);
    },
  },
  {
    name: 'after an outage, changedChildren refer to the last delivery before it',
    needs: 'faults',
    async run(scene) {
      const [a, b] = await scene.pair();
      for (const name of names) await a.create(`/w/${name}`, bytes('1'));
      const watch = await b.watching('/w');
      await a.write('/w/a', bytes('2'), 0);
      await watch.until('the written child', dataOf('a', '2'));
      await scene.expire(b);
      await scene.goDown(a, b);
      await scene.comeBack(a, b);
      await a.write('/w/b', bytes('2'), 0);
      await a.remove('/w/c', 0);
      const node = await watch.until('all changes', ({ children }) => !children.has('c'));
      assert.equal(text(node.children.get('b')?.data), '2');
    },
  },
];

function dataOf(name: string, data: string): (node: RawNode) => boolean {
  return ({ children }) => text(children.get(name)?.data) === data;
}
