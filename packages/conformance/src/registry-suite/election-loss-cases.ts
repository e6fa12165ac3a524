import assert from 'node:assert/strict';
import { CallbackError, LeadershipLostError, type ServiceRegistry, StoppedError } from '@ndsr/core';
import { childNames } from '../support/node-bytes.js';
import { forLater, rejectsWith } from '../support/rejection.js';
import {
  deleteLeaderNode,
  ElectionCandidate,
  electionPath,
  queuedCandidate,
  waitForCandidates,
} from './election-scene.js';
import { failureTable, quote } from './failure-table.js';
import type { RegistryCase } from './registry-case.js';
import type { RegistryScene } from './registry-scene.js';

interface Loss {
  readonly needs?: 'faults';
  /**
   * True if the loss starts in this process: the leader is then notified first. A loss at the servers is reported to
   * all at the same time.
   */
  readonly byUs: boolean;
  /** Makes the leader of `registry` lose its leadership. */
  bringAbout(registry: ServiceRegistry, scene: RegistryScene): Promise<unknown>;
}

const losses: Readonly<Record<string, Loss>> = {
  stop: { byUs: true, bringAbout: (registry) => registry.stop() },
  rebuild: { byUs: true, bringAbout: (registry) => registry.rebuild() },
  'deletion by another client': {
    byUs: false,
    bringAbout: async (_, scene) => await deleteLeaderNode(await scene.otherClient()),
  },
  'the end of the session': { needs: 'faults', byUs: false, bringAbout: (registry, scene) => scene.expire(registry) },
};

/** Leaders and candidates when registries stop, sessions expire and other clients interfere. */
export const electionLossCases: readonly RegistryCase[] = [
  ...Object.entries(losses).map(
    ([what, { needs, byUs, bringAbout }]): RegistryCase => ({
      name: quote(failureTable.leadershipLost, what),
      ...(needs && { needs }),
      async run(scene) {
        const registry = await scene.started();
        const leader = new ElectionCandidate(scene, registry, 'leader');
        const { signal, leadership } = await leader.leads();
        const next = await queuedCandidate(scene, 'next', 2);
        let nextLedBefore: boolean | undefined;
        signal.addEventListener('abort', () => {
          nextLedBefore = next.isWorking;
        });
        const lost = forLater(bringAbout(registry, scene));
        await scene.eventually('the leader is notified', () => signal.aborted);
        if (byUs) assert.equal(nextLedBefore, false);
        assert.ok(signal.reason instanceof LeadershipLostError, String(signal.reason));
        assert.equal(leadership.status, false);
        const { leadership: following } = await next.leads();
        assert.ok(following.fencingToken > leadership.fencingToken);
        // The work ignored its signal: `lead` waits for it nevertheless, and its result does not count.
        assert.equal(leader.isWorking, true);
        leader.end('too late');
        await rejectsWith(LeadershipLostError, leader.outcome(), electionPath);
        await scene.within('the loss', lost);
        next.end();
        await next.outcome();
      },
    }),
  ),
  {
    name: quote(failureTable.leadershipLost, 'requeue'),
    needs: 'faults',
    async run(scene) {
      const registry = await scene.started();
      const candidate = new ElectionCandidate(scene, registry, 'again', { requeue: true });
      const { leadership } = await candidate.leads();
      await scene.expire(registry);
      await scene.quiet();
      assert.equal(candidate.terms.length, 1, 'not twice at the same time');
      assert.deepEqual(childNames(await (await scene.otherClient()).read(electionPath)), []);
      candidate.fail(candidate.terms[0]?.signal.reason);
      const again = await candidate.leads(2);
      assert.ok(again.leadership.fencingToken > leadership.fencingToken);
      assert.deepEqual([again.signal.aborted, again.leadership.status], [false, true]);
      candidate.end('at last');
      assert.equal(await candidate.outcome(), 'at last');
    },
  },
  {
    name: 'an error of the work itself after leadership was lost is the cause of the rejection; the signal’s own reason is not',
    async run(scene) {
      const otherClient = await scene.otherClient();
      const own = new Error('of my own');
      const ways = [own, (signal: AbortSignal) => signal.reason, () => new DOMException('told', 'AbortError')];
      for (const way of ways) {
        const leader = new ElectionCandidate(scene, await scene.started(), 'leader');
        const { signal } = await leader.leads();
        await deleteLeaderNode(otherClient);
        await scene.eventually('the leader is notified', () => signal.aborted);
        leader.fail(way instanceof Error ? way : way(signal));
        const error = await rejectsWith(LeadershipLostError, leader.outcome(), electionPath);
        assert.equal(error.cause, way === own ? own : undefined);
      }
    },
  },
  {
    name: 'an error of the work itself after leadership was lost is a fault event if it becomes a candidate again',
    async run(scene) {
      const registry = await scene.started();
      const [log, own] = [scene.events(registry), new Error('of my own')];
      const candidate = new ElectionCandidate(scene, registry, 'again', { requeue: true });
      const { signal } = await candidate.leads();
      await deleteLeaderNode(await scene.otherClient());
      await scene.eventually('the leader is notified', () => signal.aborted);
      candidate.fail(own);
      await candidate.leads(2);
      assert.deepEqual(
        log.faults.map(({ cause }) => cause),
        [own],
      );
      assert.ok(log.faults[0] instanceof CallbackError);
      const error = new Error('while it leads');
      candidate.fail(error);
      await assert.rejects(candidate.outcome(), error);
      assert.equal(log.faults.length, 1);
    },
  },
  {
    name: 'stop ends a candidacy, also one that was requeued, and one that has not led',
    async run(scene) {
      const [leading, waiting] = await scene.pair();
      const leader = new ElectionCandidate(scene, leading, 'leader', { requeue: true });
      await leader.leads();
      const candidate = new ElectionCandidate(scene, waiting, 'candidate', { requeue: true });
      await waitForCandidates(await scene.otherClient(), 2);
      await scene.within('stop', waiting.stop());
      await rejectsWith(StoppedError, candidate.outcome());
      await scene.within('stop', leading.stop());
      await scene.within('start', leading.start());
      leader.end();
      await rejectsWith(LeadershipLostError, leader.outcome(), electionPath);
      await scene.quiet();
      assert.deepEqual([leader.terms.length, candidate.terms.length], [1, 0]);
      await waitForCandidates(await scene.otherClient(), 0);
    },
  },
  {
    name: 'with requeue a candidate waits for a connection, through an outage and a lost session',
    needs: 'faults',
    async run(scene) {
      const registry = await scene.started();
      await scene.goDown(registry);
      const candidate = new ElectionCandidate(scene, registry, 'patient', { requeue: true });
      await scene.quiet();
      assert.equal(candidate.isWorking, false);
      await scene.comeBack(registry);
      const { signal } = await candidate.leads();
      await scene.expire(registry);
      assert.equal(signal.aborted, true);
      candidate.end();
      await candidate.leads(2);
      candidate.end('done');
      assert.equal(await candidate.outcome(), 'done');
    },
  },
  {
    name: 'during an outage leadership is not guaranteed; it continues if the session survives',
    needs: 'faults',
    async run(scene) {
      const registry = await scene.started();
      const leader = new ElectionCandidate(scene, registry, 'leader');
      const { signal, leadership } = await leader.leads();
      await scene.goDown(registry);
      assert.deepEqual([leadership.status, signal.aborted], [false, false]);
      await scene.comeBack(registry);
      assert.deepEqual([leadership.status, signal.aborted], [true, false]);
      leader.end('well');
      assert.equal(await leader.outcome(), 'well');
      await waitForCandidates(await scene.otherClient(), 0);
    },
  },
  {
    name: 'work that ends during an outage was that of the leader, who steps down once connected',
    needs: 'faults',
    async run(scene) {
      const registry = await scene.started();
      const leader = new ElectionCandidate(scene, registry, 'leader');
      await leader.leads();
      await scene.goDown(registry);
      leader.end('well');
      assert.equal(await leader.outcome(), 'well');
      await scene.comeBack(registry);
      await waitForCandidates(await scene.otherClient(), 0);
    },
  },
  {
    name: 'a wait for leadership survives its session, with a new place; those behind move up',
    needs: 'faults',
    async run(scene) {
      const [b, c] = await scene.pair();
      const [leader, otherClient] = [await queuedCandidate(scene, 'leader', 1), await scene.otherClient()];
      const first = new ElectionCandidate(scene, b, 'first');
      await waitForCandidates(otherClient, 2);
      const second = new ElectionCandidate(scene, c, 'second');
      await waitForCandidates(otherClient, 3);
      await scene.expire(b);
      await waitForCandidates(otherClient, 3);
      await leader.leads();
      leader.end();
      await second.leads();
      assert.equal(first.isWorking, false);
      second.end();
      await first.leads();
      first.end();
      await first.outcome();
    },
  },
  {
    name: 'a loop over the leaders survives an outage, and reports the leader afterwards',
    needs: 'faults',
    async run(scene) {
      const [registry, watching] = await scene.pair();
      const leader = new ElectionCandidate(scene, registry, 'leader');
      await leader.leads();
      const leaders = watching.getElection(electionPath).watch();
      const next = async () => (await scene.within('the next leader', leaders.next())).value;
      assert.equal(await next(), 'leader');
      const following = next();
      await scene.goDown(registry, watching);
      leader.end();
      await scene.comeBack(registry, watching);
      assert.equal(await following, undefined);
      await leaders.return?.();
    },
  },
];
