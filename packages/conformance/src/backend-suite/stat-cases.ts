import assert from 'node:assert/strict';
import type { NodeStat } from '@ndsr/core/backend';
import { bytes } from '../support/node-bytes.js';
import type { BackendCase } from './backend-case.js';

/** Asserts that `after` differs from `before` in `changes` only. */
function assertChanged(before: NodeStat, after: NodeStat, changes: Partial<NodeStat>): void {
  assert.deepEqual(after, { ...before, ...changes });
}

/**
 * The eleven fields, and the effect of each operation on them. Their types (bigint and number) are checked for every
 * node.
 */
export const statCases: readonly BackendCase[] = [
  {
    name: 'the stat of a new node: one transaction, one time, all counters zero',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/n', bytes('12345'));
      const stat = await backend.stat('/n');
      assert.deepEqual(stat, {
        czxid: stat.czxid,
        mzxid: stat.czxid,
        pzxid: stat.czxid,
        ctime: stat.ctime,
        mtime: stat.ctime,
        version: 0,
        cversion: 0,
        aversion: 0,
        ephemeralOwner: 0n,
        dataLength: 5,
        numChildren: 0,
      });
      assert.ok(stat.czxid > 0n);
      assert.ok(stat.ctime > 1e11, `ctime is ${stat.ctime}, not milliseconds`);
    },
  },
  {
    name: 'a write changes mzxid, mtime, version and dataLength of the node, and nothing else',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/n/child', bytes('x'));
      const before = await backend.stat('/n');
      await backend.write('/n', bytes('123'), 0);
      const after = await backend.stat('/n');
      assert.ok(after.mzxid > before.pzxid);
      assert.ok(after.mtime >= before.mtime);
      assertChanged(before, after, { mzxid: after.mzxid, mtime: after.mtime, version: 1, dataLength: 3 });
    },
  },
  {
    name: "a created child changes its parent's pzxid, cversion and numChildren, and nothing else",
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/n', bytes('x'));
      const before = await backend.stat('/n');
      await backend.create('/n/child', bytes('x'));
      const child = await backend.stat('/n/child');
      assert.ok(child.czxid > before.czxid);
      assertChanged(before, await backend.stat('/n'), { pzxid: child.czxid, cversion: 1, numChildren: 1 });
    },
  },
  {
    name: "a deleted child changes its parent's pzxid, cversion and numChildren, and nothing else",
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/n', bytes('x'));
      await backend.create('/n/a', bytes('x'));
      await backend.create('/n/b', bytes('x'));
      const before = await backend.stat('/n');
      await backend.remove('/n/a', 0);
      const after = await backend.stat('/n');
      assert.ok(after.pzxid > before.pzxid);
      assertChanged(before, after, { pzxid: after.pzxid, cversion: 3, numChildren: 1 });
    },
  },
  {
    name: "a child's new data and a grandchild do not change the stat",
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/n/child', bytes('x'));
      const before = await backend.stat('/n');
      await backend.write('/n/child', bytes('y'), 0);
      await backend.create('/n/child/grandchild', bytes('x'));
      assert.deepEqual(await backend.stat('/n'), before);
    },
  },
  {
    name: "a replacement is one deleted and one created child in its parent's stat",
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/n', bytes('x'));
      await backend.create('/n/child', bytes('x'), 'ephemeral');
      const before = await backend.stat('/n');
      await backend.replace('/n/child', bytes('y'), 0);
      const child = await backend.stat('/n/child');
      assert.ok(child.czxid > before.pzxid);
      assertChanged(before, await backend.stat('/n'), { pzxid: child.czxid, cversion: 3 });
    },
  },
  {
    name: "an ephemeral node that ends with its session changes its parent's stat like a removal",
    async run(scene) {
      const [a, b] = await scene.pair();
      await b.create('/n', bytes('x'));
      await a.create('/n/child', bytes('x'), 'ephemeral');
      const before = await b.stat('/n');
      const watch = await b.watching('/n', 'names');
      await a.close();
      const after = (await watch.until('the end of the child', ({ children }) => children.size === 0)).stat;
      assert.ok(after !== null && after.pzxid > before.pzxid);
      assertChanged(before, after, { pzxid: after.pzxid, cversion: 2, numChildren: 0 });
    },
  },
  {
    name: 'transactions are numbered across all nodes and sessions, in their order',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/first', bytes('x'));
      await b.create('/second', bytes('x'));
      await a.write('/first', bytes('y'), 0);
      const [first, second] = [await b.stat('/first'), await a.stat('/second')];
      assert.ok(first.czxid < second.czxid && second.czxid < first.mzxid);
    },
  },
  {
    name: 'a refused operation does not change the stat',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/n/child', bytes('x'));
      const before = [await backend.stat('/n'), await backend.stat('/n/child')];
      await Promise.allSettled([
        backend.create('/n/child', bytes('never')),
        backend.write('/n/child', bytes('never'), 7),
        backend.remove('/n/child', 7),
        backend.remove('/n', 0),
        backend.replace('/n', bytes('never'), 0),
      ]);
      assert.deepEqual([await backend.stat('/n'), await backend.stat('/n/child')], before);
    },
  },
];
