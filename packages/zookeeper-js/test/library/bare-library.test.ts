import { errorNumber, waitUntil } from '@ndsr/test-support';
import { FaultProxy, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { FakeServer, handshakeFrame, watchEventFrame } from '@ndsr/zookeeper-testing/fake';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bareClient, bareConnected } from '../support/bare-client.js';
import { connected } from '../support/recorder.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ maxSessionTimeoutMs: 20_000 });
});
afterAll(() => server.stop());

/** Why the workarounds are needed: each of these fails once the library does better. */
describe('the bare library', () => {
  test('does not notice a silent connection', async () => {
    await using proxy = await FaultProxy.open({ upstream: server });
    const bare = await bareConnected(proxy, 2_000);
    const { recorder } = await connected([proxy], { sessionTimeoutMs: 6_000 });
    await proxy.stall({ existingOnly: true });
    await recorder.next('disconnected');
    expect(bare.connectionManager.state, 'it believes to be connected, after twice its timeout').toBe(2);
  });

  test('waits for the answer to a handshake for ever', async () => {
    const silent = () => FakeServer.start({ handshake: () => null });
    await using fake = await silent();
    await using bareFake = await silent();
    bareClient(bareFake, 1500).connect();
    const ours = connected([fake], { sessionTimeoutMs: 1500 });
    ours.catch(() => undefined);
    await waitUntil('other attempts', () => fake.connectedAt.length >= 3);
    expect(bareFake.connectedAt).toHaveLength(1);
  });

  test('keeps half a frame of a broken connection, and never connects again', async () => {
    await using proxy = await FaultProxy.open({ upstream: server });
    const bare = await bareConnected(proxy);
    await proxy.cutMidFrame({ existingOnly: true });
    bare.exists('/', undefined, () => undefined);
    const { accepted } = proxy;
    await waitUntil('attempts in vain', () => proxy.accepted >= accepted + 3);
  });

  test('never pauses if a server drops the connection', async () => {
    await using fake = await FakeServer.start({ handshake: () => handshakeFrame(2000) });
    const bare = bareClient(fake);
    bare.on('connected', () => fake.cut());
    bare.connect();
    await waitUntil('a hundred attempts', () => fake.connectedAt.length > 100);
  });

  test('sends no pings while it receives events', async () => {
    await using fake = await FakeServer.start({ timeoutMs: 3000 });
    await using bareFake = await FakeServer.start({ timeoutMs: 3000 });
    const { client } = await connected([fake]);
    await bareConnected(bareFake);
    const sending = setInterval(() => {
      bareFake.send(watchEventFrame(3, '/a'));
    }, 50);
    await waitUntil('pings of ours', () => fake.requests.length >= 2);
    clearInterval(sending);
    expect(bareFake.requests).toEqual([]);
    expect(await errorNumber(client.exists({ path: '/a', watch: false }))).toBe(null);
  });

  test('loops for ever with more watches than fit into a frame', async () => {
    await using proxy = await FaultProxy.open({ upstream: server });
    const bare = await bareConnected(proxy, 10_000);
    const watches = bare.connectionManager.watcherManager as unknown as {
      registerDataWatcher(path: string, watcher: () => void): void;
    };
    for (let number = 0; number < 20_000; number++) {
      watches.registerDataWatcher(`/${String(number).padStart(59, '0')}`, () => undefined);
    }
    await proxy.cut();
    await waitUntil('attempts in vain', () => proxy.accepted >= 6);
  });

  test('throws when it is closed before it is connected', async () => {
    const bare = bareClient(server);
    bare.connect();
    expect(() => bare.close()).toThrow(TypeError);
  });

  test('the bare library emits the disconnect twice', async () => {
    let handshakes = 0;
    await using fake = await FakeServer.start({ handshake: () => handshakeFrame(++handshakes === 1 ? 2000 : 0, 0n) });
    const bare = await bareConnected(fake);
    const told: string[] = [];
    for (const event of ['disconnected', 'expired']) bare.on(event, () => told.push(event));
    fake.cut();
    await waitUntil('expired', () => told.includes('expired'));
    fake.cut();
    await waitUntil('disconnected again', () => told.length === 3);
    expect(told).toEqual(['disconnected', 'expired', 'disconnected']);
  });
});
