import assert from 'node:assert/strict';
import { LockLimitError } from '@ndsr/core';
import { bytes, childNames, text } from '../support/node-bytes.js';
import { forLater, rejectsWith } from '../support/rejection.js';
import { assertNothingLeft, heldLock, leaseTexts, lockOf, lockPath, queuePath, waitForQueue } from './lock-scene.js';
import type { RegistryCase } from './registry-case.js';

/**
 * The nodes that a lock writes, and how it treats nodes that other clients have written: the layout shared by all
 * languages.
 */
export const lockLayoutCases: readonly RegistryCase[] = [
  {
    name: 'a lock uses the layout of kazoo: the limit, leases and contenders by name',
    async run(scene) {
      const [holder, otherClient] = [
        await heldLock(scene, { name: 'hans', simultaneous: 1 }),
        await scene.otherClient(),
      ];
      const waiter = await lockOf(scene, { name: 'grüße' });
      const acquired = forLater(waiter.acquire());
      await waitForQueue(otherClient, 1);
      const [lock, queue] = [await otherClient.read(lockPath), await otherClient.read(queuePath)];
      assert.equal(text(lock.data), '1');
      assert.equal(lock.stat?.ephemeralOwner, 0n);
      assert.equal(queue.data, null);
      assert.equal(queue.stat?.ephemeralOwner, 0n);
      const [lease = ''] = childNames(lock);
      assert.match(lease, /^[0-9a-f]{32}$/);
      assert.equal(text(lock.children.get(lease)?.data), 'hans');
      assert.notEqual((await otherClient.stat(`${lockPath}/${lease}`)).ephemeralOwner, 0n);
      const [contender = ''] = childNames(queue);
      assert.match(contender, /^[0-9a-f]{32}__lock__\d{10}$/);
      assert.equal(text(queue.children.get(contender)?.data), 'grüße');
      assert.notEqual((await otherClient.stat(`${queuePath}/${contender}`)).ephemeralOwner, 0n);
      await holder.release();
      await scene.within('acquire', acquired);
      assert.deepEqual(await leaseTexts(otherClient), ['grüße']);
      await waiter.release();
      await assertNothingLeft(otherClient);
    },
  },
  {
    name: 'a different simultaneous than the stored one is an error that names both numbers',
    async run(scene) {
      await heldLock(scene, { simultaneous: 3 });
      const acquired = forLater((await lockOf(scene, { simultaneous: 5 })).acquire());
      const error = await rejectsWith(LockLimitError, scene.within('acquire', acquired), lockPath);
      assert.match(error.message, /\b3\b.*\b5\b/);
      await waitForQueue(await scene.otherClient(), 0);
    },
  },
  {
    name: 'bytes at a lock’s path that are not a number are ignored, and left alone',
    async run(scene) {
      const otherClient = await scene.otherClient();
      for (const [i, data] of ['{"by":"me"}', '', 'ten', '\u0000'].entries()) {
        const path = `/foreign/${i}`;
        await otherClient.create(path, bytes(data));
        const lock = (await scene.started()).getLock(path, { simultaneous: 2 });
        assert.equal(await scene.within('acquire', lock.acquire({ waitMs: scene.options.patienceMs })), true);
        assert.equal(text((await otherClient.read(path)).data) ?? '', data);
      }
    },
  },
  {
    name: 'every child of a lock’s path counts, whichever client created it',
    async run(scene) {
      const [otherClient, lock] = [await scene.otherClient(), await lockOf(scene)];
      await otherClient.create(lockPath, bytes('1'));
      await otherClient.create(`${lockPath}/anything`, bytes(''));
      assert.equal(await scene.within('acquire', lock.acquire({ waitMs: 20 })), false);
      const acquired = forLater(lock.acquire());
      await waitForQueue(otherClient, 1);
      await otherClient.remove(`${lockPath}/anything`, 0);
      assert.equal(await scene.within('acquire', acquired), true);
    },
  },
  {
    name: 'a waiting node that disappears makes room for the next; other nodes are ignored',
    async run(scene) {
      const [otherClient, lock] = [await scene.otherClient(), await lockOf(scene)];
      await otherClient.create(`${queuePath}/0123__lock__-000000001`, bytes('b'));
      await otherClient.create(`${queuePath}/a-note`, bytes(''));
      await otherClient.create(`${queuePath}/ffff__lock__0000000000`, bytes("b'python'"), 'ephemeral');
      const acquired = forLater(lock.acquire());
      await waitForQueue(otherClient, 4);
      await scene.quiet();
      assert.equal(lock.status, false);
      await otherClient.remove(`${queuePath}/ffff__lock__0000000000`, 0);
      assert.equal(await scene.within('acquire', acquired), true);
    },
  },
];
