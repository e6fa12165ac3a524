import assert from 'node:assert/strict';
import { LockLostError, NoConnectionError, StoppedError } from '@ndsr/core';
import { childNames } from '../support/node-bytes.js';
import { forLater, rejectsWith } from '../support/rejection.js';
import {
  acquiredBy,
  assertNothingLeft,
  heldLock,
  leaseTexts,
  lockOf,
  lockPath,
  queuePath,
  waitForQueue,
  waitUntilEmpty,
} from './lock-scene.js';
import type { RegistryCase } from './registry-case.js';

/** Locks when registries stop, sessions expire and other clients interfere. */
export const lockLossCases: readonly RegistryCase[] = [
  {
    name: 'stop releases a lock: it is lost at once, and the next in the queue holds it',
    async run(scene) {
      const registry = await scene.started();
      const lock = await acquiredBy(scene, registry);
      const next = await lockOf(scene);
      const acquired = forLater(next.acquire());
      await waitForQueue(await scene.otherClient(), 1);
      const { lost } = lock;
      const stopped = registry.stop();
      assert.deepEqual([lock.status, lost.aborted, lock.fencingToken], [false, true, undefined]);
      assert.ok(lost.reason instanceof LockLostError, String(lost.reason));
      await scene.within('stop', stopped);
      assert.equal(await scene.within('acquire', acquired), true);
      await registry.start();
      assert.equal(lock.status, false, 'it does not come back by itself');
    },
  },
  {
    name: 'stop ends the wait for a lock with StoppedError, and leaves nothing behind',
    async run(scene) {
      const [holder, registry, otherClient] = [await heldLock(scene), await scene.started(), await scene.otherClient()];
      const acquired = forLater(registry.getLock(lockPath).acquire());
      await waitForQueue(otherClient, 1);
      await scene.within('stop', registry.stop());
      await rejectsWith(StoppedError, scene.within('acquire', acquired));
      await waitForQueue(otherClient, 0);
      assert.equal(holder.status, true);
    },
  },
  {
    name: 'a lock whose session expires is lost; the next in the queue holds it, and its old holder can obtain it again',
    needs: 'faults',
    async run(scene) {
      const registry = await scene.started();
      const lock = await acquiredBy(scene, registry);
      const { lost, fencingToken: token = 0n } = lock;
      const next = await lockOf(scene);
      const acquired = forLater(next.acquire());
      await waitForQueue(await scene.otherClient(), 1);
      await scene.expire(registry);
      assert.equal(lost.aborted, true);
      assert.ok(lost.reason instanceof LockLostError, String(lost.reason));
      assert.equal(lock.status, false);
      assert.equal(await scene.within('acquire', acquired), true);
      assert.ok((next.fencingToken ?? 0n) > token);
      const again = forLater(lock.acquire());
      await next.release();
      assert.equal(await scene.within('acquire', again), true);
      assert.deepEqual([lock.lost.aborted, lost.aborted], [false, true]);
    },
  },
  {
    name: 'certainMs is the time for which a lock is certainly held: 0 before it is acquired, after its release and after its loss',
    needs: 'faults',
    async run(scene) {
      const registry = await scene.started();
      const lock = registry.getLock(lockPath);
      assert.equal(lock.certainMs, 0);
      await scene.within('acquire', lock.acquire());
      assert.ok(lock.certainMs > 0, String(lock.certainMs));
      await lock.release();
      assert.equal(lock.certainMs, 0);
      await scene.within('acquire', lock.acquire());
      await scene.expire(registry);
      assert.equal(lock.certainMs, 0);
    },
  },
  {
    name: 'another client that removes a lease takes the lock from its holder, which is notified',
    async run(scene) {
      const [lock, otherClient] = [await heldLock(scene), await scene.otherClient()];
      const { lost } = lock;
      const [lease = ''] = childNames(await otherClient.read(lockPath));
      await otherClient.remove(`${lockPath}/${lease}`, 0);
      await scene.eventually('the lock is lost', () => lost.aborted);
      assert.ok(lost.reason instanceof LockLostError, String(lost.reason));
      assert.deepEqual([lock.status, lock.fencingToken], [false, undefined]);
      assert.equal(await scene.within('release', lock.release()), true);
      assert.equal(await scene.within('acquire', lock.acquire()), true);
    },
  },
  {
    name: 'another client that removes all nodes of a lock ends no wait',
    async run(scene) {
      const [holder, otherClient, waiter] = [await heldLock(scene), await scene.otherClient(), await lockOf(scene)];
      const acquired = forLater(waiter.acquire());
      await waitForQueue(otherClient, 1);
      // The queue first: the waiting client, which is its first, is not notified of that.
      for (const path of [queuePath, lockPath]) {
        for (const name of childNames(await otherClient.read(path))) await otherClient.remove(`${path}/${name}`, 0);
      }
      await scene.eventually('the lock is lost', () => holder.lost.aborted);
      assert.equal(await scene.within('acquire', acquired), true);
      await waiter.release();
      await waitUntilEmpty(otherClient);
    },
  },
  {
    name: 'rebuild loses the locks',
    async run(scene) {
      const registry = await scene.started();
      const lock = await acquiredBy(scene, registry);
      const { lost } = lock;
      const rebuilt = forLater(registry.rebuild());
      assert.equal(lost.aborted, true);
      await scene.within('rebuild', rebuilt);
      await waitUntilEmpty(await scene.otherClient());
      assert.equal(await scene.within('acquire', lock.acquire()), true);
    },
  },
  {
    name: 'during an outage a lock is not guaranteed; it stays held if the session survives',
    needs: 'faults',
    async run(scene) {
      const registry = await scene.started();
      const lock = await acquiredBy(scene, registry, { name: 'me' });
      const { lost } = lock;
      await scene.goDown(registry);
      assert.deepEqual([lock.status, lost.aborted], [false, false]);
      await scene.comeBack(registry);
      assert.deepEqual([lock.status, lost.aborted], [true, false]);
      const otherClient = await scene.otherClient();
      assert.deepEqual(await leaseTexts(otherClient), ['me']);
      await lock.release();
      await assertNothingLeft(otherClient);
    },
  },
  {
    name: 'a lock released during an outage is released on the servers once connected',
    needs: 'faults',
    async run(scene) {
      const registry = await scene.started();
      const lock = await acquiredBy(scene, registry);
      await scene.goDown(registry);
      assert.equal(await scene.within('release', lock.release()), false);
      await scene.comeBack(registry);
      await waitUntilEmpty(await scene.otherClient());
      assert.equal(await scene.within('acquire', lock.acquire()), true);
    },
  },
  {
    name: 'a wait for a lock survives an outage, and keeps its place in the queue',
    needs: 'faults',
    async run(scene) {
      const [a, b, c] = [await scene.started(), await scene.started(), await scene.started()];
      const [holder, otherClient] = [await acquiredBy(scene, a), await scene.otherClient()];
      const order: string[] = [];
      const turn = async (name: string, registry: typeof a): Promise<void> => {
        const lock = registry.getLock(lockPath);
        assert.equal(await lock.acquire(), true);
        order.push(name);
        await lock.release();
      };
      const first = forLater(turn('first', b));
      await waitForQueue(otherClient, 1);
      const second = forLater(turn('second', c));
      await waitForQueue(otherClient, 2);
      await scene.goDown(a, b, c);
      await scene.comeBack(a, b, c);
      await scene.eventually('the other client is connected', () => otherClient.connection.connected);
      await holder.release();
      await scene.within('both turns', Promise.all([first, second]));
      assert.deepEqual(order, ['first', 'second']);
      await waitUntilEmpty(otherClient);
    },
  },
  {
    name: 'a wait for a lock survives its session, with a new place; those behind move up',
    needs: 'faults',
    async run(scene) {
      const [b, c] = await scene.pair();
      const [holder, otherClient] = [await heldLock(scene), await scene.otherClient()];
      const order: string[] = [];
      const turn = async (name: string, registry: typeof b): Promise<void> => {
        await using _ = await registry.getLock(lockPath).hold();
        order.push(name);
      };
      const first = forLater(turn('first', b));
      await waitForQueue(otherClient, 1);
      const second = forLater(turn('second', c));
      await waitForQueue(otherClient, 2);
      await scene.expire(b);
      await waitForQueue(otherClient, 2);
      await holder.release();
      await scene.within('both turns', Promise.all([first, second]));
      assert.deepEqual(order, ['second', 'first']);
      await waitUntilEmpty(otherClient);
    },
  },
  {
    name: 'a wait whose time is over during an outage ends, and leaves no node afterwards',
    needs: 'faults',
    async run(scene) {
      const [a, b] = await scene.pair();
      const holder = await acquiredBy(scene, a);
      const otherClient = await scene.otherClient();
      const acquired = forLater(b.getLock(lockPath).acquire({ waitMs: 10 * scene.options.settleMs }));
      await waitForQueue(otherClient, 1);
      await scene.goDown(a, b);
      assert.equal(await scene.within('acquire', acquired), false);
      await scene.comeBack(a, b);
      await scene.eventually('the other client is connected', () => otherClient.connection.connected);
      await waitForQueue(otherClient, 0);
      assert.equal(holder.status, true);
    },
  },
  {
    name: 'holders during an outage rejects with NoConnectionError',
    needs: 'faults',
    async run(scene) {
      const registry = await scene.started();
      const lock = await acquiredBy(scene, registry);
      await scene.goDown(registry);
      await rejectsWith(NoConnectionError, scene.within('holders', lock.holders()));
    },
  },
];
