import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidPathError } from '../../src/errors/argument-errors.js';
import { LockKindError } from '../../src/errors/lock-errors.js';
import { FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import { bytes, FakeStore } from '../support/fake-store.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

const path = '/path';
const id = 'a'.repeat(32);
const kazoo = 0xffn;

function childrenOf({ store }: FakeRegistry): string[] {
  return [path, `${path}-__lock__`].flatMap((at) => [...store.read(at, 'names').children.keys()]);
}

describe('a lock is refused, and leaves nothing behind, where there is', () => {
  it.each([
    ['a leader or candidate of an election, from any client', `${path}/${id}__lock__0000000007`],
    ['a candidate with a negative number', `${path}/${id}__lock__-2147483640`],
  ])('%s', async (_, node) => {
    const registry = await startedRegistry();
    registry.store.put(node, bytes('kazoo'), kazoo);
    const before = childrenOf(registry);
    const refusal = await registry
      .getLock(path)
      .acquire()
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(LockKindError);
    expect((refusal as Error).message).toMatch(/\/path .*an election.*a lock/);
    expect(childrenOf(registry)).toEqual(before);
    await registry.stop();
  });
});

describe('an election is refused, and leaves nothing behind, where there is', () => {
  it.each([
    ['a lease of a lock, from any client', `${path}/${id}`],
    ['a contender that waits for a lock', `${path}-__lock__/${id}__lock__0000000007`],
  ])('%s', async (_, node) => {
    const registry = await startedRegistry();
    registry.store.put(node, bytes('kazoo'), kazoo);
    const before = childrenOf(registry);
    const refusal = await registry
      .getElection(path)
      .lead(() => 'led', { requeue: true })
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(LockKindError);
    expect((refusal as Error).message).toMatch(/\/path .*a lock.*an election/);
    expect(childrenOf(registry)).toEqual(before);
    await registry.stop();
  });
});

it('leftovers of an old lock or election at the path do not matter: only live nodes count', async () => {
  const registry = await startedRegistry();
  const lock = await registry.getLock(path, { simultaneous: 3 }).hold();
  await lock.release();
  expect(await registry.getElection(path).lead(() => 'led')).toBe('led');
  expect(await registry.getLock(path, { simultaneous: 3 }).acquire()).toBe(true);
  await registry.stop();
});

it('a waiting lock is refused as soon as a candidate joins at its path', async () => {
  const registry = await startedRegistry();
  await registry.getLock(path).acquire();
  const waiting = new Outcome(registry.getLock(path).acquire());
  await turn();
  registry.store.put(`${path}/${id}__lock__0000000007`, bytes('kazoo'), kazoo);
  await turn();
  expect(waiting.error).toBeInstanceOf(LockKindError);
  await registry.stop();
});

it('the queue of a lock cannot be an election', async () => {
  const registry = await startedRegistry();
  expect(() => registry.getElection(`${path}-__lock__`)).toThrow(InvalidPathError);
  await registry.stop();
});

it('of a lock and an election that start at the same time at most one is granted, in any interleaving', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9), { minLength: 40, maxLength: 60 }), fc.nat(2), async (order, slots) => {
      const store = new FakeStore();
      const registries = [new FakeRegistry({}, store), new FakeRegistry({}, store)] as const;
      for (const registry of registries) await registry.start();
      // Requests are applied one at a time, alternating between the two sides as scheduled.
      for (const { backend } of registries)
        for (const op of ['read', 'create', 'remove'] as const) backend.hold(op, 1_000);
      let leads = false;
      let holds = false;
      let both = false;
      const note = (): void => {
        both ||= leads && holds;
      };
      const [byLock, byElection] = registries;
      const acquired = byLock.getLock(path, { simultaneous: slots + 1 }).acquire();
      const calls = [
        acquired.then((got) => {
          holds = got;
          note();
        }),
        byElection.getElection(path).lead(() => {
          leads = true;
          note();
          return new Promise(() => undefined);
        }),
      ].map((call) => new Outcome<unknown>(call));
      for (const side of order) {
        registries[side % 2]?.backend.pending[0]?.answer();
        await turn(1);
      }
      for (const { backend } of registries) backend.heal();
      for (const { clock } of registries) await clock.advance(1_000);
      expect(both).toBe(false);
      for (const call of calls) if (call.state === 'rejected') expect(call.error).toBeInstanceOf(LockKindError);
      for (const registry of registries) await registry.stop();
    }),
    { numRuns: 200 },
  );
});
