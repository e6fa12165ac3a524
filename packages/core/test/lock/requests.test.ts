import { Outcome, turn } from '@ndsr/test-support';
import { expect, test } from 'vitest';
import type { FakeRegistry } from '../support/fake-registry.js';
import { startedRegistry } from '../support/fake-registry.js';
import { FakeStore } from '../support/fake-store.js';
import '../support/guard.js';

const path = '/lock';

/** The requests of `run`, without ids, numbers and data versions. */
async function requestsOf(registries: readonly FakeRegistry[], run: () => Promise<unknown>): Promise<string[]> {
  for (const { backend } of registries) backend.requests.length = 0;
  await run();
  await turn();
  return registries.flatMap(({ backend }) =>
    backend.requests.map((request) => request.replaceAll(/[0-9a-f]{32}/g, 'ID').replaceAll(/\d{10}| \d+$/g, '')),
  );
}

test.each([
  { how: 'in one step', atomic: true, lease: ['create /lock/ID ephemeral removing /lock-__lock__/ID__lock__'] },
  {
    how: 'one after the other',
    atomic: false,
    lease: ['create /lock/ID ephemeral', 'remove /lock-__lock__/ID__lock__'],
  },
])(
  'with a lease that is created and a contender that is removed $how a cycle has as few requests as possible',
  async ({ atomic, lease }) => {
    const store = new FakeStore();
    const registries = [await startedRegistry({}, store), await startedRegistry({}, store)] as const;
    if (!atomic) for (const { backend } of registries) backend.createAndRemove = undefined;
    let [holder, next] = [registries[0].getLock(path), registries[1].getLock(path)];
    for (const lock of [next, holder]) {
      await lock.acquire();
      await lock.release();
    }
    await holder.acquire();
    for (let round = 0; round < 4; round += 1) {
      let acquired: Outcome<boolean> | undefined;
      const queued = await requestsOf(registries, async () => {
        acquired = new Outcome(next.acquire());
      });
      expect(queued).toEqual(['create /lock-__lock__/ID__lock__ sequential', 'read /lock-__lock__ names']);
      const watches = registries.flatMap(({ backend }) => [...backend.watches]);
      expect(watches.map((watch) => watch.path.replace(/[0-9a-f]{32}/, 'ID')).sort()).toEqual(['/lock', '/lock/ID']);
      const handedOver = await requestsOf(registries, () => holder.release());
      expect(acquired?.value).toBe(true);
      expect(handedOver.sort()).toEqual([...lease, 'remove /lock/ID'].sort());
      [holder, next] = [next, holder];
    }
    for (const registry of registries) await registry.stop();
  },
);

test('a lock whose path was not used for some time is checked before its contender is created', async () => {
  const registry = await startedRegistry();
  const lock = registry.getLock(path);
  await lock.acquire();
  await lock.release();
  await registry.clock.advance(10_000);
  const requests = await requestsOf([registry], () => lock.acquire());
  expect(requests.slice(0, 2)).toEqual(['read /lock names', 'create /lock-__lock__/ID__lock__ sequential']);
  await registry.stop();
});

test.each([
  ['of another number of slots', '3', 'ERR_NDSR_LOCK_LIMIT'],
  ['of an election', undefined, 'ERR_NDSR_LOCK_KIND'],
])('a path that became one %s a moment ago is refused, and no node is left', async (_, limit, code) => {
  const registry = await startedRegistry();
  const { store } = registry;
  const lock = registry.getLock(path);
  await lock.acquire();
  await lock.release();
  const candidate = `${path}/${'a'.repeat(32)}__lock__0000000007`;
  if (limit === undefined) store.put(candidate, null, 0xffn);
  else store.put(path, new TextEncoder().encode(limit));
  const acquired = new Outcome(lock.acquire());
  await registry.clock.advance(1_000);
  expect(acquired.code).toBe(code);
  expect(store.read(`${path}-__lock__`, 'names').children.size).toBe(0);
  expect([...store.read(path, 'names').children.keys()].filter((name) => !candidate.endsWith(name))).toEqual([]);
  await registry.stop();
});

test('a waiter behind others is refused at once if the number of slots changed a moment ago', async () => {
  const store = new FakeStore();
  const registries = await Promise.all([1, 2].map(() => startedRegistry({}, store)));
  const locks = registries.map((registry) => registry.getLock(path));
  for (const lock of locks) {
    await lock.acquire();
    await lock.release();
  }
  await locks[0]?.acquire();
  const ahead = `${path}-__lock__/${'a'.repeat(32)}__lock__0000000000`;
  store.put(ahead, null, 0xffn);
  store.put(path, new TextEncoder().encode('5'));
  const refused = new Outcome(locks[1]?.acquire() ?? Promise.resolve(false));
  await turn();
  expect(refused.code).toBe('ERR_NDSR_LOCK_LIMIT');
  for (const registry of registries) await registry.stop();
});
