import assert from 'node:assert/strict';
import { LockKindError } from '@ndsr/core';
import { childNames } from '../support/node-bytes.js';
import { forLater, rejectsWith } from '../support/rejection.js';
import { electionPath, queuedCandidate } from './election-scene.js';
import { failureTable, quote } from './failure-table.js';
import { heldLock, lockPath, queuePath } from './lock-scene.js';
import type { RegistryCase } from './registry-case.js';

/** A lock and an election at one path, which ignore each other's nodes. */
export const lockKindCases: readonly RegistryCase[] = [
  {
    name: quote(failureTable.lockAndElection),
    async run(scene) {
      const [one, other, otherClient] = [await scene.started(), await scene.started(), await scene.otherClient()];
      for (let round = 0; round < 5; round += 1) {
        const path = `/kinds/${round}`;
        let leads = false;
        const lock = one.getLock(path);
        const outcomes = await scene.within(
          'both',
          Promise.allSettled([
            lock.acquire(),
            other.getElection(path).lead(async () => {
              leads = true;
              assert.ok(!lock.status, 'a lock is held at the path of an election');
            }),
          ]),
        );
        for (const outcome of outcomes) {
          if (outcome.status === 'fulfilled') continue;
          assert.ok(outcome.reason instanceof LockKindError, String(outcome.reason));
          assert.match(outcome.reason.message, /a lock/);
          assert.match(outcome.reason.message, /an election/);
        }
        assert.ok(leads || outcomes[1]?.status === 'rejected');
        await lock.release();
        assert.deepEqual(childNames(await otherClient.read(path)), []);
        assert.deepEqual(childNames(await otherClient.read(`${path}-__lock__`)), []);
      }
    },
  },
  {
    name: 'an election is refused while a lock is held at the path, and the lock stays held',
    async run(scene) {
      const [holder, registry] = [await heldLock(scene), await scene.started()];
      const led = forLater(registry.getElection(lockPath).lead(() => 'led'));
      await rejectsWith(LockKindError, scene.within('lead', led), lockPath);
      assert.equal(holder.status, true);
      assert.deepEqual(childNames(await (await scene.otherClient()).read(queuePath)), []);
    },
  },
  {
    name: 'a lock is refused while there is a leader at the path, and the leader continues',
    async run(scene) {
      const leader = await queuedCandidate(scene, 'leader', 1);
      const { signal } = await leader.leads();
      const acquired = forLater((await scene.started()).getLock(electionPath).acquire());
      await rejectsWith(LockKindError, scene.within('acquire', acquired), electionPath);
      assert.equal(signal.aborted, false);
      leader.end('done');
      assert.equal(await leader.outcome(), 'done');
    },
  },
];
