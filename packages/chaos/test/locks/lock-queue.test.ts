import { openRegistry, type RegistryLock } from '@ndsr/core';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sized } from '../../src/size.js';

const most = sized(500);

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ tickTimeMs: 3_000 });
});
afterAll(() => server.stop());

interface Outcome {
  readonly order: readonly number[];
  /** Packets that the server received for each hand-over of the lock. */
  readonly requestsPerHandOver: number;
}

/** `waiters` callers in five sessions queue for one lock, one after the other, and then acquire it in turn. */
async function handOver(backend: string, waiters: number): Promise<Outcome> {
  // A timeout so long that no pings and no heartbeats are counted.
  const open = () => openRegistry(`${backend}://${server.address}?timeoutMs=60000`);
  const registries = [await open(), await open(), await open(), await open(), await open()];
  const path = `/line/${backend}-${waiters}`;
  const lockOf = (i: number): RegistryLock | undefined => registries[i % registries.length]?.getLock(path);
  const holder = await lockOf(0)?.hold();
  const order: number[] = [];
  const served: Promise<unknown>[] = [];
  for (let i = 0; i < waiters; i += 1) {
    const lock = lockOf(i);
    const turn = lock?.acquire().then(async () => {
      order.push(i);
      await lock.release();
    });
    served.push(turn ?? Promise.resolve());
    await inLine(registries[4], `${path}-__lock__`, i + 1);
  }
  registries[4]?.unwatch(`${path}-__lock__`);
  const before = await server.counters();
  await holder?.release();
  await Promise.all(served);
  const after = await server.counters();
  await Promise.all(registries.map((registry) => registry.stop()));
  return { order, requestsPerHandOver: (after.packetsReceived - before.packetsReceived) / waiters };
}

async function inLine(registry: Awaited<ReturnType<typeof openRegistry>> | undefined, path: string, count: number) {
  const { children } = (await registry?.get(path, { minChildren: count, waitMs: 20_000, children: 'names' })) ?? {};
  expect(Object.keys(children ?? {}).length).toBe(count);
}

test.each(['zookeeper', 'zookeeper-js', 'zookeeper-native'])(
  `on %s ${most} waiters have a lock in the order of their arrival, and a hand-over takes as many requests as with 20`,
  async (backend) => {
    const few = await handOver(backend, 20);
    const many = await handOver(backend, most);
    console.info(
      `${backend}: requests per hand-over ${few.requestsPerHandOver.toFixed(2)} with 20 in line, ` +
        `${many.requestsPerHandOver.toFixed(2)} with ${most}`,
    );
    expect(many.order).toEqual(Array.from({ length: most }, (_, i) => i));
    expect(few.order).toEqual(Array.from({ length: 20 }, (_, i) => i));
    // One of them removes the watch on the predecessor, a second later, which may be after the end of a short run.
    expect(many.requestsPerHandOver).toBeLessThanOrEqual(few.requestsPerHandOver * 1.05 + 1);
    expect(many.requestsPerHandOver).toBeLessThanOrEqual(9);
  },
  240_000,
);
