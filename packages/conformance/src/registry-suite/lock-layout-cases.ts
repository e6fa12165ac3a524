import assert from 'node:assert/strict';
import { LockLimitError } from '@ndsr/core';
import { bytes, childNames, text } from '../support/node-bytes.js';
import { forLater, rejectsWith } from '../support/rejection.js';
import { assertNothingLeft, heldLock, inLine, leaseTexts, linePath, lockOf, lockPath } from './lock-scene.js';
import type { RegistryCase } from './registry-case.js';

/** What a lock writes, and what it makes of nodes that somebody else has written: the layout that all languages share. */
export const lockLayoutCases: readonly RegistryCase[] = [
  {
    name: 'what a lock writes is what kazoo writes: the limit, leases and contenders by name',
    async run(scene) {
      const [holder, stranger] = [await heldLock(scene, { name: 'hans', simultaneous: 1 }), await scene.stranger()];
      const waiter = await lockOf(scene, { name: 'grüße' });
      const acquired = forLater(waiter.acquire());
      await inLine(stranger, 1);
      const [lock, line] = [await stranger.read(lockPath), await stranger.read(linePath)];
      assert.equal(text(lock.data), '1');
      assert.equal(lock.stat?.ephemeralOwner, 0n);
      assert.equal(line.data, null);
      assert.equal(line.stat?.ephemeralOwner, 0n);
      const [lease = ''] = childNames(lock);
      assert.match(lease, /^[0-9a-f]{32}$/);
      assert.equal(text(lock.children.get(lease)), 'hans');
      assert.notEqual((await stranger.stat(`${lockPath}/${lease}`)).ephemeralOwner, 0n);
      const [contender = ''] = childNames(line);
      assert.match(contender, /^[0-9a-f]{32}__lock__\d{10}$/);
      assert.equal(text(line.children.get(contender)), 'grüße');
      assert.notEqual((await stranger.stat(`${linePath}/${contender}`)).ephemeralOwner, 0n);
      await holder.release();
      await scene.within('acquire', acquired);
      assert.deepEqual(await leaseTexts(stranger), ['grüße']);
      await waiter.release();
      await assertNothingLeft(stranger);
    },
  },
  {
    name: 'another simultaneous than the one that stands there is an error that says both numbers',
    async run(scene) {
      await heldLock(scene, { simultaneous: 3 });
      const acquired = forLater((await lockOf(scene, { simultaneous: 5 })).acquire());
      const error = await rejectsWith(LockLimitError, scene.within('acquire', acquired), lockPath);
      assert.match(error.message, /\b3\b.*\b5\b/);
      await inLine(await scene.stranger(), 0);
    },
  },
  {
    name: 'bytes at a lock’s path that are no number are ignored, and left alone',
    async run(scene) {
      const stranger = await scene.stranger();
      for (const [i, data] of ['{"by":"me"}', '', 'ten', '\u0000'].entries()) {
        const path = `/foreign/${i}`;
        await stranger.create(path, bytes(data));
        const lock = (await scene.started()).getLock(path, { simultaneous: 2 });
        assert.equal(await scene.within('acquire', lock.acquire({ waitMs: scene.options.patienceMs })), true);
        assert.equal(text((await stranger.read(path)).data) ?? '', data);
      }
    },
  },
  {
    name: 'every child of a lock’s path counts, whoever made it',
    async run(scene) {
      const [stranger, lock] = [await scene.stranger(), await lockOf(scene)];
      await stranger.create(lockPath, bytes('1'));
      await stranger.create(`${lockPath}/anything`, bytes(''));
      assert.equal(await scene.within('acquire', lock.acquire({ waitMs: 20 })), false);
      const acquired = forLater(lock.acquire());
      await inLine(stranger, 1);
      await stranger.remove(`${lockPath}/anything`, 0);
      assert.equal(await scene.within('acquire', acquired), true);
    },
  },
  {
    name: 'who stands in line and goes makes room for the next; what else lies there is nobody',
    async run(scene) {
      const [stranger, lock] = [await scene.stranger(), await lockOf(scene)];
      await stranger.create(`${linePath}/0123__lock__-000000001`, bytes('b'));
      await stranger.create(`${linePath}/a-note`, bytes(''));
      await stranger.create(`${linePath}/ffff__lock__0000000000`, bytes("b'python'"), 'ephemeral');
      const acquired = forLater(lock.acquire());
      await inLine(stranger, 4);
      await scene.quiet();
      assert.equal(lock.status, false);
      await stranger.remove(`${linePath}/ffff__lock__0000000000`, 0);
      assert.equal(await scene.within('acquire', acquired), true);
    },
  },
];
