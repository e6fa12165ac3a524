import { waitUntil } from '@ndsr/test-support';
import { BareClient } from '@ndsr/test-support/bare-client';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ZooKeeperJsServiceRegistry } from '../../src/index.js';
import { FrameCounter } from './frame-counter.js';

let server: ZooKeeperServer;
let bare: BareClient;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
  bare = await BareClient.connect(server.address);
  await bare.create('/services');
});
afterAll(async () => {
  bare.close();
  await server.stop();
});

const nameOf = (i: number): string => `instance-${String(i).padStart(6, '0')}`;

async function makeService(path: string, instances: number): Promise<void> {
  await bare.create(path);
  for (let from = 0; from < instances; from += 500) {
    const names = Array.from({ length: Math.min(500, instances - from) }, (_, i) => nameOf(from + i));
    await Promise.all(names.map((name) => bare.create(`${path}/${name}`, Buffer.from('{"weight":1}'))));
  }
}

/** The cost of an instance that is created, changed and deleted, in a service of that size. */
async function costs(instances: number, recursiveWatches: boolean) {
  const path = `/services/${recursiveWatches ? 'recursive' : 'one-shot'}-${String(instances).padStart(6, '0')}`;
  await makeService(path, instances);
  using counter = await FrameCounter.open(server.host, server.port);
  const servers = counter.address;
  await using registry = new ZooKeeperJsServiceRegistry({ servers, recursiveWatches, timeoutMs: 30_000 });
  expect(Object.keys((await registry.get(path)).children)).toHaveLength(instances);
  const at = (weight: number | undefined) => async (): Promise<void> => {
    await waitUntil(`weight ${weight}`, () => registry.peek(path)?.children.newcomer?.weight === weight);
  };
  // The first one has the list read once more where that was asked for before the watch was there.
  await bare.create(`${path}/first`);
  await waitUntil('the first', () => 'first' in (registry.peek(path)?.children ?? {}));
  const measured = async (change: () => Promise<void>, seen: () => Promise<void>) =>
    await counter.during(async () => {
      await change();
      await seen();
    });
  return {
    coming: await measured(() => bare.create(`${path}/newcomer`, Buffer.from('{"weight":1}')), at(1)),
    changing: await measured(() => bare.setData(`${path}/newcomer`, Buffer.from('{"weight":2}')), at(2)),
    going: await measured(() => bare.remove(`${path}/newcomer`), at(undefined)),
  };
}

describe('with recursive watches', () => {
  test('a change costs the same at a service of 10 and of 5,000, in requests and in bytes', async () => {
    const [few, many] = [await costs(10, true), await costs(5_000, true)];
    console.log('10:', JSON.stringify(few), '5,000:', JSON.stringify(many));
    expect(many).toEqual(few);
    expect(many.coming.requests).toBe(2);
    // The measurement can tell: with one-shot watches the list comes with each.
    const listed = await costs(5_000, false);
    console.log('5,000 with one-shot watches:', JSON.stringify(listed));
    expect(listed.coming.bytes).toBeGreaterThan(many.coming.bytes * 50);
  }, 360_000);

  test('50,000 watched instances survive a reconnect: only what changed is read', async () => {
    const paths = Array.from({ length: 10 }, (_, i) => `/services/many-${i}`);
    for (const path of paths) await makeService(path, 5_000);
    using counter = await FrameCounter.open(server.host, server.port);
    const servers = counter.address;
    await using registry = new ZooKeeperJsServiceRegistry({ servers, recursiveWatches: true, timeoutMs: 30_000 });
    for (const path of paths) await registry.get(path);
    const cost = await counter.during(async () => {
      counter.cut();
      await waitUntil('it is noticed', () => registry.phase !== 'connected');
      await bare.setData(`/services/many-3/${nameOf(7)}`, Buffer.from('{"weight":2}'));
      await waitUntil('it is back', () => registry.peek('/services/many-3')?.children[nameOf(7)]?.weight === 2);
    });
    console.log('after the reconnect:', JSON.stringify(cost));
    // Handshake, about twenty frames of watches, ten recursive ones, one read; and signs of life.
    expect(cost.requests).toBeLessThan(60);
    await bare.create('/services/many-9/newcomer', Buffer.from('{"weight":3}'));
    await bare.remove(`/services/many-8/${nameOf(8)}`);
    await waitUntil('what comes later is seen', () => {
      const [eight, nine] = [registry.peek('/services/many-8'), registry.peek('/services/many-9')];
      return nine?.children.newcomer?.weight === 3 && !(nameOf(8) in (eight?.children ?? {}));
    });
  }, 360_000);
});
