import type { RegistryLock, ServiceRegistry } from '@ndsr/core';
import { ZooKeeperServiceRegistry } from '@ndsr/zookeeper';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { ZooKeeperNativeServiceRegistry } from '@ndsr/zookeeper-native';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RequestLog } from './request-log.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
});
afterAll(() => server.stop());

const queues = ['create', 'getChildren', 'getChildren'];

/** The requests that create the lease and remove the contender, and the read with a watch that shows the lease. */
const inOneStep = ['multi', 'getData'];
const bindings = [
  { backend: 'zookeeper', Registry: ZooKeeperServiceRegistry, acquires: inOneStep },
  { backend: 'zookeeper-js', Registry: ZooKeeperJsServiceRegistry, acquires: inOneStep },
  // It has no transactions. The holder does not wait for the removal of its contender.
  { backend: 'zookeeper-native', Registry: ZooKeeperNativeServiceRegistry, acquires: ['create', 'getData', 'remove'] },
];

/** Two sessions with a lock each, of the same path, which they have both held before. */
async function pairOfLocks(open: () => ServiceRegistry, path: string) {
  const registries = [open(), open()] as const;
  for (const registry of registries) {
    const lock = registry.getLock(path);
    await lock.acquire();
    await lock.release();
  }
  return {
    locks: [registries[0].getLock(path), registries[1].getLock(path)] as [RegistryLock, RegistryLock],
    [Symbol.asyncDispose]: async () => {
      await Promise.all(registries.map((registry) => registry.stop()));
    },
  };
}

describe.each(bindings)('on $backend, counted at the server,', ({ backend, Registry, acquires }) => {
  test('queueing takes 3 requests, and from release to held it takes 4, or 5 without transactions', async () => {
    await using log = await RequestLog.open(server.host, server.port);
    await using pair = await pairOfLocks(
      () => new Registry({ servers: log.address, timeoutMs: 60_000 }),
      `/requests/${backend}`,
    );
    let [holder, next] = pair.locks;
    await holder.acquire();
    for (let round = 0; round < 5; round += 1) {
      const acquiring: { done?: Promise<boolean> } = {};
      const queued = await log.during(async () => {
        acquiring.done = next.acquire();
      });
      expect(queued.map(({ operation }) => operation)).toEqual(queues);
      const handedOver = await log.during(() => Promise.all([holder.release(), acquiring.done]));
      expect(next.status).toBe(true);
      const [release, ...others] = handedOver;
      expect(release?.operation).toBe('remove');
      expect(others.map(({ operation }) => operation)).toEqual(['getChildren', ...acquires]);
      // All of one connection, and what creates the lease and what watches it are sent together: two round trips.
      expect(new Set(others.map(({ connection }) => connection)).size).toBe(1);
      if (acquires === inOneStep) expect(others[2]?.after).toBe(others[1]?.after);
      [holder, next] = [next, holder];
    }
    await holder.release();
  });

  test('an acquisition without waiting takes these requests, and a release one', async () => {
    await using log = await RequestLog.open(server.host, server.port);
    await using pair = await pairOfLocks(
      () => new Registry({ servers: log.address, timeoutMs: 60_000 }),
      `/alone/${backend}`,
    );
    const [lock] = pair.locks;
    const acquired = await log.during(() => lock.acquire());
    expect(acquired.map(({ operation }) => operation)).toEqual([...queues, ...acquires]);
    const released = await log.during(() => lock.release());
    expect(released.map(({ operation }) => operation)).toEqual(['remove']);
  });
});
