import assert from 'node:assert/strict';
import { childNames, text } from '../support/node-bytes.js';
import { ElectionCandidate, electionPath, leadOnce, queuedCandidate, waitForCandidates } from './election-scene.js';
import type { RegistryCase } from './registry-case.js';

/** Elections without faults. */
export const electionCases: readonly RegistryCase[] = [
  {
    name: 'of several candidates one leads at a time, in the order of arrival, each until its work has ended',
    async run(scene) {
      const candidates = [
        await queuedCandidate(scene, 'a', 1),
        await queuedCandidate(scene, 'b', 2),
        await queuedCandidate(scene, 'c', 3),
      ];
      for (const candidate of candidates) {
        await candidate.leads();
        await scene.quiet();
        assert.deepEqual(
          candidates.filter(({ isWorking: works }) => works),
          [candidate],
        );
        candidate.end(`of ${candidate.name}`);
        assert.equal(await candidate.outcome(), `of ${candidate.name}`);
      }
      await waitForCandidates(await scene.otherClient(), 0);
    },
  },
  {
    name: 'work that throws ends leadership, and lead rejects with its error',
    async run(scene) {
      const [first, second] = [await queuedCandidate(scene, 'first', 1), await queuedCandidate(scene, 'second', 2)];
      const [error, another] = [new Error('mine'), new Error('mine, at once')];
      await first.leads();
      first.fail(error);
      await assert.rejects(first.outcome(), error);
      await second.leads();
      second.end();
      await second.outcome();
      const thrown = (await scene.started()).getElection(electionPath).lead(() => {
        throw another;
      });
      await assert.rejects(scene.within('lead', thrown), another);
      assert.deepEqual(childNames(await (await scene.otherClient()).read(electionPath)), []);
    },
  },
  {
    name: 'lead resolves with the result of work that is not async, and leaves nothing behind',
    async run(scene) {
      assert.equal(await scene.within('lead', leadOnce(await scene.started())), 'led');
      assert.deepEqual(childNames(await (await scene.otherClient()).read(electionPath)), []);
    },
  },
  {
    name: 'candidates use the layout of kazoo: ephemeral, numbered, with their names',
    async run(scene) {
      const first = await queuedCandidate(scene, 'grüße', 1);
      const otherClient = await scene.otherClient();
      const node = await otherClient.read(electionPath);
      assert.deepEqual([node.data, node.stat?.ephemeralOwner], [null, 0n]);
      const [name = ''] = childNames(node);
      assert.match(name, /^[0-9a-f]{32}__lock__\d{10}$/);
      assert.equal(text(node.children.get(name)?.data), 'grüße');
      const { ephemeralOwner, czxid } = await otherClient.stat(`${electionPath}/${name}`);
      assert.notEqual(ephemeralOwner, 0n);
      const { leadership, signal } = await first.leads();
      assert.deepEqual([leadership.fencingToken, leadership.status, signal.aborted], [czxid, true, false]);
      first.end();
      await first.outcome();
      assert.equal(leadership.status, false);
    },
  },
  {
    name: 'a candidate of another program leads until it is gone, and nodes that are not candidates are ignored',
    async run(scene) {
      const otherClient = await scene.otherClient();
      await otherClient.create(`${electionPath}/a-note`, new Uint8Array());
      const foreign = await otherClient.createSequential(
        `${electionPath}/${'f'.repeat(32)}__lock__`,
        Buffer.from('python'),
      );
      const candidate = await queuedCandidate(scene, 'ours', 3);
      const asking = (await scene.started({ readOnly: true })).getElection(electionPath);
      assert.equal(await scene.within('leader', asking.leader()), 'python');
      assert.deepEqual(await scene.within('contenders', asking.contenders()), ['python', 'ours']);
      await scene.quiet();
      assert.equal(candidate.isWorking, false);
      await otherClient.remove(foreign, 0);
      await candidate.leads();
      candidate.end();
      await candidate.outcome();
    },
  },
  {
    name: 'leader is the name of the leader, and contenders are all names in their order',
    async run(scene) {
      const election = (await scene.started({ readOnly: true })).getElection(electionPath);
      const ask = async () => [
        await scene.within('leader', election.leader()),
        await scene.within('contenders', election.contenders()),
      ];
      assert.deepEqual(await ask(), [undefined, []]);
      const [zoe, nameless] = [await queuedCandidate(scene, 'zoe', 1), await queuedCandidate(scene, '', 2)];
      const anna = await queuedCandidate(scene, 'anna', 3);
      assert.deepEqual(await ask(), ['zoe', ['zoe', '', 'anna']]);
      await zoe.leads();
      zoe.end();
      await nameless.leads();
      assert.deepEqual(await ask(), ['', ['', 'anna']]);
      nameless.end();
      await anna.leads();
      anna.end();
      await anna.outcome();
      assert.deepEqual(await ask(), [undefined, []]);
    },
  },
  {
    name: 'a loop over the leaders yields the present one, and each that follows, until stop',
    async run(scene) {
      const registry = await scene.started({ readOnly: true });
      const leaders = registry.getElection(electionPath).watch();
      const next = async () => await scene.within('the next leader', leaders.next());
      assert.deepEqual(await next(), { done: false, value: undefined });
      const first = await queuedCandidate(scene, 'a', 1);
      assert.deepEqual(await next(), { done: false, value: 'a' });
      // Another candidate does not change the leader; the same name again is a different candidate.
      const second = await queuedCandidate(scene, 'a', 2);
      const following = next();
      await scene.quiet();
      await first.leads();
      first.end();
      assert.deepEqual(await following, { done: false, value: 'a' });
      await second.leads();
      second.end();
      await second.outcome();
      assert.deepEqual(await next(), { done: false, value: undefined });
      const last = next();
      await registry.stop();
      assert.deepEqual(await last, { done: true, value: undefined });
      assert.deepEqual(await next(), { done: true, value: undefined });
    },
  },
  {
    name: 'a loop over the leaders ends with the reason of its signal, and when it is left while it waits',
    async run(scene) {
      const election = (await scene.started()).getElection(electionPath);
      const [abortion, reason] = [new AbortController(), new Error('enough')];
      const leaders = election.watch({ signal: abortion.signal });
      await scene.within('the first', leaders.next());
      const waiting = leaders.next();
      abortion.abort(reason);
      await assert.rejects(scene.within('the next', waiting), reason);
      const left = election.watch();
      await scene.within('the first', left.next());
      const last = left.next();
      await left.return?.();
      assert.deepEqual(await scene.within('the last', last), { done: true, value: undefined });
      for await (const leader of election.watch()) {
        assert.equal(leader, undefined);
        break;
      }
      assert.throws(() => election.watch({ sginal: abortion.signal } as object), /did you mean 'signal'/);
    },
  },
  {
    name: 'abort ends the wait for leadership with its reason, and leaves nothing behind',
    async run(scene) {
      const [abortion, reason] = [new AbortController(), new Error('enough')];
      const leader = await queuedCandidate(scene, 'leader', 1);
      const candidate = await queuedCandidate(scene, 'candidate', 2, { signal: abortion.signal, requeue: true });
      abortion.abort(reason);
      await assert.rejects(candidate.outcome(), reason);
      assert.equal(childNames(await (await scene.otherClient()).read(electionPath)).length, 1);
      const again = (await scene.started()).getElection(electionPath).lead(() => 1, { signal: abortion.signal });
      await assert.rejects(scene.within('lead', again), reason);
      assert.equal(candidate.terms.length, 0);
      await leader.leads();
      leader.end();
    },
  },
  {
    name: 'abort of a leader notifies its work, which leads on until it has ended, and decides the result of lead',
    async run(scene) {
      const [abortion, reason] = [new AbortController(), new Error('enough')];
      const leader = await queuedCandidate(scene, 'leader', 1, { signal: abortion.signal });
      const next = await queuedCandidate(scene, 'next', 2);
      const { signal, leadership } = await leader.leads();
      abortion.abort(reason);
      assert.deepEqual([signal.aborted, signal.reason, leadership.status], [true, reason, true]);
      await scene.quiet();
      assert.equal(next.isWorking, false, 'no candidate leads while work is still ending');
      leader.end('wound down');
      assert.equal(await leader.outcome(), 'wound down');
      await next.leads();
      next.end();
    },
  },
  {
    name: 'each call of lead is a separate candidate, in the order of the calls',
    async run(scene) {
      const registry = await scene.started();
      const first = new ElectionCandidate(scene, registry, 'same');
      await waitForCandidates(await scene.otherClient(), 1);
      const second = new ElectionCandidate(scene, registry, 'same');
      await first.leads();
      await waitForCandidates(await scene.otherClient(), 2);
      await scene.quiet();
      assert.equal(second.isWorking, false);
      first.end();
      await second.leads();
      second.end();
      await second.outcome();
    },
  },
  {
    name: 'fencing tokens grow with every leader, regardless of the client',
    async run(scene) {
      const elections = (await scene.pair()).map((registry) => registry.getElection(electionPath));
      const tokens: bigint[] = [];
      for (let round = 0; round < 6; round += 1) {
        const led = elections[round % 2]?.lead((_, { fencingToken }) => tokens.push(fencingToken));
        await scene.within('lead', Promise.resolve(led));
      }
      assert.equal(tokens.length, 6);
      assert.ok(
        tokens.every((token, i) => token > (tokens[i - 1] ?? 0n)),
        tokens.join(),
      );
    },
  },
];
