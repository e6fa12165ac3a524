import assert from 'node:assert/strict';
import { LockBusyError, LockLimitError } from '@ndsr/core';
import { childNames } from '../support/node-bytes.js';
import { forLater, rejectsWith } from '../support/rejection.js';
import { failureTable, quote } from './failure-table.js';
import {
  acquiredBy,
  assertNothingLeft,
  heldLock,
  leaseTexts,
  lockOf,
  lockPath,
  queuePath,
  waitForQueue,
} from './lock-scene.js';
import type { RegistryCase } from './registry-case.js';

/** Locks without faults. */
export const lockCases: readonly RegistryCase[] = [
  {
    name: 'a lock is for one at a time: the second obtains it after the first has released it',
    async run(scene) {
      const [first, second] = [await heldLock(scene), await lockOf(scene)];
      assert.deepEqual([first.status, second.status], [true, false]);
      const acquired = forLater(second.acquire());
      await waitForQueue(await scene.otherClient(), 1);
      await scene.quiet();
      assert.deepEqual([first.status, second.status], [true, false]);
      assert.equal(await scene.within('release', first.release()), true);
      assert.equal(await scene.within('acquire', acquired), true);
      assert.deepEqual([first.status, second.status], [false, true]);
    },
  },
  {
    name: 'a lock with simultaneous 3 is for three at a time, and no more',
    async run(scene) {
      const options = { simultaneous: 3 };
      const three = [await heldLock(scene, options), await heldLock(scene, options), await heldLock(scene, options)];
      const fourth = await lockOf(scene, options);
      assert.equal(await scene.within('acquire', fourth.acquire({ waitMs: 50 })), false);
      await three[1]?.release();
      assert.equal(await scene.within('acquire', fourth.acquire({ waitMs: 0 })), true);
    },
  },
  {
    name: 'waiting clients obtain a lock in the order of arrival',
    async run(scene) {
      const [holder, registry, otherClient] = [await heldLock(scene), await scene.started(), await scene.otherClient()];
      const order: number[] = [];
      const waiting: Promise<unknown>[] = [];
      for (let place = 0; place < 8; place += 1) {
        const lock = registry.getLock(lockPath);
        const turn = lock.acquire().then(async () => {
          order.push(place);
          await lock.release();
        });
        waiting.push(forLater(turn));
        await waitForQueue(otherClient, place + 1);
      }
      await holder.release();
      await scene.within('everybody’s turn', Promise.all(waiting));
      assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7]);
      await assertNothingLeft(otherClient);
    },
  },
  {
    name: quote(failureTable.lockNotGot),
    async run(scene) {
      const [holder, otherClient, registry] = [await heldLock(scene), await scene.otherClient(), await scene.started()];
      const lock = registry.getLock(lockPath);
      for (const waitMs of [0, 30]) {
        assert.equal(await scene.within('acquire', lock.acquire({ waitMs })), false);
        assert.equal(await scene.within('acquireLock', registry.acquireLock(lockPath, { waitMs })), false);
        assert.equal(lock.status, false);
        assert.deepEqual(childNames(await otherClient.read(queuePath)), []);
        assert.equal(childNames(await otherClient.read(lockPath)).length, 1);
      }
      await rejectsWith(LockBusyError, scene.within('hold', lock.hold({ waitMs: 10 })), lockPath);
      assert.equal(holder.status, true);
    },
  },
  {
    name: 'abort ends the wait for a lock with its reason, and leaves nothing behind',
    async run(scene) {
      const [holder, otherClient] = [await heldLock(scene), await scene.otherClient()];
      const [lock, reason] = [await lockOf(scene), new Error('enough')];
      const abortion = new AbortController();
      const acquired = forLater(lock.acquire({ signal: abortion.signal }));
      await waitForQueue(otherClient, 1);
      abortion.abort(reason);
      await assert.rejects(scene.within('acquire', acquired), reason);
      assert.deepEqual(childNames(await otherClient.read(queuePath)), []);
      await assert.rejects(scene.within('acquire', lock.acquire({ signal: abortion.signal })), reason);
      await holder.release();
      assert.equal(await scene.within('acquire', lock.acquire()), true);
    },
  },
  {
    name: 'a lock is not re-entrant: its own object returns true again, another of the same registry waits',
    async run(scene) {
      const registry = await scene.started();
      const lock = await acquiredBy(scene, registry);
      const token = lock.fencingToken;
      assert.equal(await scene.within('acquire', lock.acquire({ waitMs: 0 })), true);
      assert.equal(lock.fencingToken, token);
      const other = registry.getLock(lockPath);
      assert.equal(await scene.within('acquire', other.acquire({ waitMs: 0 })), false);
      await lock.release();
      assert.equal(lock.status, false);
      assert.equal(await scene.within('acquire', other.acquire({ waitMs: 0 })), true);
    },
  },
  {
    name: 'acquireLock and releaseLock keep one lock for each path',
    async run(scene) {
      const [registry, other] = await scene.pair();
      assert.equal(await registry.releaseLock(lockPath), true);
      assert.equal(await scene.within('acquireLock', registry.acquireLock(lockPath, { name: 'a' })), true);
      assert.equal(await scene.within('acquireLock', registry.acquireLock(lockPath, { waitMs: 0 })), true);
      await rejectsWith(
        LockLimitError,
        scene.within('acquireLock', registry.acquireLock(lockPath, { simultaneous: 2 })),
        lockPath,
      );
      assert.equal(await scene.within('acquireLock', other.acquireLock(lockPath, { waitMs: 0 })), false);
      assert.equal(await scene.within('releaseLock', registry.releaseLock(lockPath)), true);
      assert.equal(await scene.within('acquireLock', other.acquireLock(lockPath, { waitMs: 0 })), true);
    },
  },
  {
    name: 'holders are the names of all holders, including our own',
    async run(scene) {
      const locks = [
        await heldLock(scene, { name: 'zoe', simultaneous: 4 }),
        await heldLock(scene, { name: 'anna', simultaneous: 4 }),
        await heldLock(scene, { simultaneous: 4 }),
      ];
      const asking = (await scene.started({ readOnly: true })).getLock(lockPath);
      assert.deepEqual(await scene.within('holders', asking.holders()), ['', 'anna', 'zoe']);
      await locks[0]?.release();
      assert.deepEqual(await scene.within('holders', locks[1]?.holders() ?? Promise.resolve([])), ['', 'anna']);
      assert.deepEqual(await scene.within('holders', (await scene.started()).getLock('/nobody').holders()), []);
    },
  },
  {
    name: 'fencing tokens grow with every grant, regardless of the client',
    async run(scene) {
      const locks = [await lockOf(scene), await lockOf(scene)];
      const tokens: bigint[] = [];
      for (let round = 0; round < 6; round += 1) {
        const lock = locks[round % 2];
        assert.equal(lock?.fencingToken, undefined);
        assert.equal(await scene.within('acquire', lock?.acquire() ?? Promise.resolve(false)), true);
        tokens.push(lock?.fencingToken ?? -1n);
        await lock?.release();
      }
      assert.ok(
        tokens.every((token, i) => token > (tokens[i - 1] ?? 0n)),
        tokens.join(),
      );
    },
  },
  {
    name: 'await using releases a lock at the end of its block',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      {
        await using lock = await registry.getLock(lockPath, { name: 'me' }).hold();
        assert.equal(lock.status, true);
        assert.deepEqual(await leaseTexts(otherClient), ['me']);
      }
      await assertNothingLeft(otherClient);
    },
  },
  {
    name: 'the lost signal of a lock that is not held is aborted; a release aborts nothing',
    async run(scene) {
      const lock = await lockOf(scene);
      assert.equal(lock.lost.aborted, true);
      await scene.within('acquire', lock.acquire());
      const { lost } = lock;
      assert.equal(lost.aborted, false);
      assert.equal(lock.lost, lost);
      await lock.release();
      assert.deepEqual([lost.aborted, lock.lost.aborted, lock.fencingToken], [false, true, undefined]);
      assert.equal(await lock.release(), true);
    },
  },
];
