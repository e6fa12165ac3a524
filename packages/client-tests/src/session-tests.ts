import { setTimeout as sleep } from 'node:timers/promises';
import { errorNumber, waitUntil } from '@ndsr/test-support';
import type { ZooKeeperClient } from '@ndsr/zookeeper-common';
import { opCodes } from '@ndsr/zookeeper-common';
import { FaultProxy, freePort, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { FakeServer, handshakeFrame, reply } from '@ndsr/zookeeper-testing/fake';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ClientUnderTest, type CreateClient, Recorder } from './client-under-test.js';
import { WatchedClock } from './watched-clock.js';

/** Sessions over broken, silent and refused connections. */
export function sessionTests(create: CreateClient): void {
  const { makeClient, connected } = new ClientUnderTest(create);

  const connectionLoss = -4;
  const almostOne = () => 1 - Number.EPSILON;

  let server: ZooKeeperServer;
  let direct: ZooKeeperClient;
  let parent: string;
  let parents = 0;

  beforeAll(async () => {
    server = await ZooKeeperServer.start({ maxSessionTimeoutMs: 20_000 });
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    ({ client: direct } = await connected([server], { sessionTimeoutMs: 20_000 }));
    parent = `/test-${++parents}`;
    await direct.create(parent, null, 'persistent');
  });

  const read = (path: string, watch = false) => ({ path, watch });

  describe('a connection that has become silent', () => {
    const timeoutMs = 6000;

    test('is detected within two thirds of the timeout and replaced, in the same session', async () => {
      await using proxy = await FaultProxy.open({ upstream: server });
      const { client, recorder, sessionId } = await connected([proxy], { sessionTimeoutMs: timeoutMs });
      await client.create(`${parent}/mine`, null, 'ephemeral');
      await client.getData(read(parent, true));
      await proxy.stall({ existingOnly: true });
      const underWay = errorNumber(client.getData(read(parent)));
      await direct.setData(parent, Buffer.from('meanwhile'), -1);

      const { quietMs } = await recorder.next('disconnected');
      expect(quietMs).toBeGreaterThan((timeoutMs * 2) / 3 - 50);
      expect(await underWay).toBe(connectionLoss);
      // The tests of the watchdog check it to the millisecond. Here the server decides: the session is still alive.
      expect(await recorder.next('connected', 2)).toMatchObject({ sessionId, timeoutMs });
      expect(recorder.types).toEqual(['connected', 'disconnected', 'watch', 'connected']);
      expect(await client.exists(read(`${parent}/mine`))).toMatchObject({ ephemeralOwner: sessionId });
    });

    test('is detected in the handshake too', async () => {
      let handshakes = 0;
      await using fake = await FakeServer.start({ handshake: () => (++handshakes > 2 ? handshakeFrame(1500) : null) });
      await connected([fake], { sessionTimeoutMs: 1500 });
      expect(fake.connectedAt.length).toBeGreaterThanOrEqual(3);
    });

    test('is not assumed after a stalled event loop', async () => {
      const { client, recorder } = await connected([server], { sessionTimeoutMs: timeoutMs });
      await client.exists(read(parent));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0.75 * timeoutMs);
      await sleep(100);
      await client.exists(read(parent));
      expect(recorder.types).toEqual(['connected']);
    });
  });

  describe('a cut', () => {
    test('in the middle of a reply is survived', async () => {
      await using proxy = await FaultProxy.open({ upstream: server });
      const { client, recorder, sessionId } = await connected([proxy]);
      await proxy.cutMidFrame({ existingOnly: true });
      expect(await errorNumber(client.getData(read(parent)))).toBe(connectionLoss);
      expect(await recorder.next('connected', 2)).toMatchObject({ sessionId });
      expect(await client.exists(read(parent))).not.toBe(null);
    });

    test('rejects each request once, and those made until the connection is back', async () => {
      await using fake = await FakeServer.start({
        answer: ({ type }) => (type === opCodes.getData ? null : undefined),
      });
      const client = makeClient([fake]);
      const recorder = new Recorder();
      const numbers: Promise<number | null>[] = [];
      client.connect((event) => {
        recorder.observe(event);
        if (event.type === 'disconnected') numbers.push(errorNumber(client.setData('/a', Buffer.alloc(1), 0)));
      });
      await recorder.next('connected');
      for (const path of ['/1', '/2', '/3']) numbers.push(errorNumber(client.getData(read(path))));
      await waitUntil('requests', () => fake.types().length === 3);
      fake.cut();
      await recorder.next('connected', 2);
      expect(await Promise.all(numbers)).toEqual([-4, -4, -4, -4]);
      await client.exists(read('/b'));
      expect(fake.types().slice(3), 'nothing was queued').toEqual([opCodes.exists]);
    });

    test('rejects requests that wait behind a full socket, and does not send them later', async () => {
      await using proxy = await FaultProxy.open({ upstream: server });
      const { client, recorder } = await connected([proxy], { sessionTimeoutMs: 10_000 });
      await proxy.stall({ existingOnly: true });
      const data = Buffer.alloc(500_000);
      const writes = Array.from({ length: 40 }, () => errorNumber(client.setData(parent, data, -1)));
      await recorder.next('connected', 2);
      expect(new Set(await Promise.all(writes))).toEqual(new Set([connectionLoss]));
      expect(await client.exists(read(parent))).toMatchObject({ dataLength: 0 });
    });

    test('is followed by a reconnect at once', async () => {
      await using proxy = await FaultProxy.open({ upstream: server });
      const clock = new WatchedClock();
      const { recorder, sessionId } = await connected([proxy], { clock, sessionTimeoutMs: 4000 });
      await sleep(150); // a server is tried ten times a second at most
      const before = clock.asked.length;
      await proxy.cut();
      expect(await recorder.next('connected', 2)).toMatchObject({ sessionId });
      // The first timer is the pause before the attempt, and the first attempt succeeds.
      expect(clock.asked[before]?.ms).toBeLessThanOrEqual(100);
      expect(proxy.accepted).toBe(2);
    });
  });

  describe('attempts', () => {
    /** The connections to a fake server within a second and a half, and the time that took on this machine. */
    async function connectionsTo(fake: FakeServer): Promise<{ count: number; tookMs: number }> {
      const startedAt = performance.now();
      await sleep(1500);
      return { count: fake.connectedAt.length, tookMs: performance.now() - startedAt };
    }

    test('back off if a server accepts the handshake and drops the connection', async () => {
      await using fake = await FakeServer.start();
      fake.answer = ({ socket }) => {
        socket.destroy();
        return null;
      };
      const client = makeClient([fake], { random: almostOne });
      client.connect(() => undefined);
      const { count, tookMs } = await connectionsTo(fake);
      // At 0, 100, 300, 700 and 1367 ms, and so on: the pause is at most a third of the timeout.
      expect(count).toBeLessThanOrEqual(5 + Math.ceil(Math.max(0, tookMs - 2000) / 667));
    });

    test('are spaced if a server is confirmed and drops the connection', async () => {
      let answers = 0;
      await using fake = await FakeServer.start();
      fake.answer = ({ socket, xid }) => {
        answers += 1;
        setTimeout(() => socket.destroy(), 5);
        return reply(xid);
      };
      const client = makeClient([fake], { random: almostOne });
      client.connect(() => undefined);
      const { count, tookMs } = await connectionsTo(fake);
      expect(count).toBeLessThanOrEqual(1 + Math.ceil(tookMs / 100));
      await waitUntil('it goes on', () => answers > 2);
    });

    test('go through all servers at once before there is a pause', async () => {
      const dead = await Promise.all([1, 2, 3, 4, 5].map(async () => ({ host: '127.0.0.1', port: await freePort() })));
      const clock = new WatchedClock();
      // This chance reverses the list.
      await connected([server, ...dead], { clock, random: almostOne });
      const pauses = clock.asked.filter(({ ms }) => ms <= 100);
      expect(pauses.map(({ ms }) => ms)).toEqual([0, 0, 0, 0, 0, 0]);
    });

    test('never end, and succeed when a server is back', async () => {
      await using proxy = await FaultProxy.open({ upstream: server });
      await proxy.refuse();
      const client = makeClient([proxy]);
      const recorder = new Recorder();
      client.connect(recorder.observe);
      await sleep(700);
      expect(recorder.events).toEqual([]);
      await proxy.pass();
      await recorder.next('connected');
    });

    test('reach IPv6 addresses and names', async () => {
      await using proxy = await FaultProxy.open({ upstream: server, host: '::1' });
      await connected([{ host: '::1', port: proxy.port }]);
      await connected([{ host: 'localhost', port: server.port }]);
    });

    test('a name that is not known is tried again', async () => {
      const client = makeClient([{ host: 'no-such-host.invalid', port: 2181 }, server]);
      const recorder = new Recorder();
      client.connect(recorder.observe);
      await recorder.next('connected');
    });

    test('a port that cannot be is a fault, and no end', async () => {
      const client = makeClient([{ host: '127.0.0.1', port: 99_999 }]);
      const recorder = new Recorder();
      client.connect(recorder.observe);
      expect(recorder.events).toEqual([]);
      expect((await recorder.next('fault', 2)).error.message).toContain('cannot dial 127.0.0.1:99999');
    });
  });

  describe('a restarted server', () => {
    test('gives the session back, with its ephemeral nodes and watches', async () => {
      const { client, recorder, sessionId } = await connected([server], { sessionTimeoutMs: 20_000 });
      await client.create(`${parent}/mine`, null, 'ephemeral');
      await client.exists(read(`${parent}/later`, true));
      await server.restart();
      expect(await recorder.next('connected', 2)).toMatchObject({ sessionId });
      expect(await client.exists(read(`${parent}/mine`))).toMatchObject({ ephemeralOwner: sessionId });
      await client.create(`${parent}/later`, null, 'persistent');
      expect(recorder.of('watch')).toEqual([{ type: 'watch', event: { kind: 'created', path: `${parent}/later` } }]);
    });
  });

  describe('a session that has ended', () => {
    test('is emitted once, then the client is dead', async () => {
      await using proxy = await FaultProxy.open({ upstream: server });
      const { client, recorder } = await connected([proxy], { sessionTimeoutMs: 3000 });
      await client.create(`${parent}/mine`, null, 'ephemeral');
      await proxy.refuse();
      await waitUntil('expiry', async () => (await direct.exists(read(`${parent}/mine`))) === null);
      await proxy.pass();
      await recorder.next('expired');
      const { accepted } = proxy;
      expect(await errorNumber(client.getData(read(parent)))).toBe(connectionLoss);
      await waitUntil('the connection ends', () => proxy.connections === 0);
      await client.close();
      expect(recorder.types).toEqual(['connected', 'disconnected', 'expired']);
      expect(proxy.accepted).toBe(accepted);
    });

    test('ends although the server leaves the connection open', async () => {
      let handshakes = 0;
      await using fake = await FakeServer.start({
        handshake: () => handshakeFrame(++handshakes === 1 ? 60_000 : 0, 0n),
      });
      const { recorder } = await connected([fake], { sessionTimeoutMs: 60_000 });
      fake.cut();
      await recorder.next('expired');
      await waitUntil('the client ends the connection', () => fake.connections === 0);
      expect(recorder.types).toEqual(['connected', 'disconnected', 'expired']);
    });

    test('is emitted if the servers silently give another session', async () => {
      let handshakes = 0;
      await using fake = await FakeServer.start({ handshake: () => handshakeFrame(60_000, BigInt(++handshakes)) });
      const { client, recorder } = await connected([fake], { sessionTimeoutMs: 60_000 });
      fake.cut();
      await recorder.next('expired');
      await waitUntil('the client ends the connection', () => fake.connections === 0);
      expect(recorder.types).toEqual(['connected', 'disconnected', 'expired']);
      expect(await errorNumber(client.getData(read('/a')))).toBe(connectionLoss);
    });
  });

  describe('20,000 watches', () => {
    const count = 20_000;
    const pathOf = (number: number) => `${parent}/${String(number).padStart(60 - parent.length - 1, '0')}`;

    /** Runs them all, no more than 500 at a time. */
    async function pipelined(run: (number: number) => Promise<unknown>): Promise<void> {
      let next = 0;
      const worker = async () => {
        while (next < count) await run(next++);
      };
      await Promise.all(Array.from({ length: 500 }, worker));
    }

    test('survive a reconnect, and missed events are emitted first', async () => {
      await using proxy = await FaultProxy.open({ upstream: server });
      const setup = { sessionTimeoutMs: 20_000 };
      const { client, recorder, sessionId } = await connected([proxy], setup);
      await pipelined((number) => client.create(pathOf(number), null, 'persistent'));
      await pipelined((number) => client.getData(read(pathOf(number), true)));
      await proxy.refuse();
      await recorder.next('disconnected');
      const changed = [0, 9_999, 19_999].map(pathOf);
      for (const path of changed) await direct.setData(path, Buffer.from('x'), 0);
      await proxy.pass();
      expect(await recorder.next('connected', 2)).toMatchObject({ sessionId });
      const told = recorder.events.slice(0, recorder.events.lastIndexOf(await recorder.next('connected', 2)));
      expect(told.flatMap((event) => (event.type === 'watch' ? event.event.path : []))).toEqual(changed);

      await direct.setData(pathOf(5), Buffer.from('x'), 0);
      await recorder.next('watch', 4);
      expect(recorder.of('disconnected')).toHaveLength(1);
    }, 180_000);
  });
}
