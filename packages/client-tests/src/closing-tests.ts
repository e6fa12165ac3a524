import { setImmediate as turn } from 'node:timers/promises';
import { errorNumber, waitUntil } from '@ndsr/test-support';
import { opCodes } from '@ndsr/zookeeper-common';
import { FaultProxy, freePort, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { FakeServer, handshakeFrame } from '@ndsr/zookeeper-testing/fake';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ClientUnderTest, type CreateClient, Recorder } from './client-under-test.js';
import { WatchedClock } from './watched-clock.js';

/** How a client is closed, in every phase. */
export function closingTests(create: CreateClient): void {
  const { makeClient, connected } = new ClientUnderTest(create);

  /** So short that waiting for a frozen server takes no time, for those tests; long beside what a busy machine takes, for the others. */
  const [timeoutMs, longTimeoutMs] = [1000, 10_000];
  const read = { path: '/', watch: false };

  let server: ZooKeeperServer;
  beforeAll(async () => {
    server = await ZooKeeperServer.start();
  });
  afterAll(() => server.stop());

  let clock: WatchedClock;
  let recorder: Recorder;
  beforeEach(() => {
    clock = new WatchedClock();
    recorder = new Recorder();
  });

  function start(servers: { host: string; port: number }[], sessionTimeoutMs = longTimeoutMs) {
    const client = makeClient(servers, { clock, sessionTimeoutMs });
    client.connect(recorder.observe);
    return client;
  }

  const sockets = () =>
    process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP') && name !== 'TCPServerWrap');

  /**
   * Closes and checks that nothing is left: no timer, no socket, no event, no call. The elapsed time depends on the machine, so
   * the test checks the wait: a working server ends it, and a frozen one is given up after `givenUpMs` at the latest.
   */
  async function closeAndCheck(client: ReturnType<typeof start>, givenUpMs = 2000): Promise<void> {
    const told = recorder.events.length;
    const call = errorNumber(client.getData(read));
    const before = clock.asked.length;
    const closing = client.close();
    expect(await call).toBe(-4);
    expect(await errorNumber(client.getData(read))).toBe(-4);
    await closing;
    const waitedFor = clock.asked.slice(before).filter(({ background, ran }) => !background && ran);
    expect(Math.max(0, ...waitedFor.map(({ ms }) => ms))).toBeLessThanOrEqual(givenUpMs);
    expect(clock.pending.size).toBe(0);
    await client.close();
    await turn();
    expect(recorder.events.length).toBe(told);
  }

  describe('closing ends everything', () => {
    test('before connect', async () => {
      const client = makeClient([server], { clock });
      await closeAndCheck(client);
      client.connect(recorder.observe);
      expect(clock.pending.size).toBe(0);
    });

    test('in the tick of connect', async () => {
      await closeAndCheck(start([server]));
      expect(sockets()).toEqual([]);
    });

    test.each([0, 1, 2, 3, 5, 8, 13, 21])('%i turns of the event loop after connect', async (turns) => {
      const client = start([server]);
      for (let number = 0; number < turns; number++) await turn();
      await closeAndCheck(client);
      expect(sockets()).toEqual([]);
    });

    test.each([0, 1, 2, 3, 4, 6, 8, 10, 15])('%i ms after connect', async (ms) => {
      const client = start([server]);
      const at = performance.now() + ms;
      while (performance.now() < at) await turn();
      await closeAndCheck(client);
      expect(sockets()).toEqual([]);
    });

    test('between attempts', async () => {
      const client = start([{ host: '127.0.0.1', port: await freePort() }]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await closeAndCheck(client);
      expect(sockets()).toEqual([]);
    });

    test('while connected and idle', async () => {
      const client = start([server]);
      await recorder.next('connected');
      await closeAndCheck(client);
      expect(sockets()).toEqual([]);
    });

    test('with requests under way', async () => {
      const client = start([server]);
      await recorder.next('connected');
      const underWay = Array.from({ length: 100 }, () => errorNumber(client.exists(read)));
      await closeAndCheck(client);
      expect(new Set(await Promise.all(underWay))).toEqual(new Set([-4]));
    });

    test('from within the observer', async () => {
      const client = makeClient([server], { clock, sessionTimeoutMs: longTimeoutMs });
      const closed = new Promise<void>((resolve) => {
        client.connect((event) => {
          recorder.observe(event);
          resolve(client.close());
        });
      });
      await closed;
      expect(recorder.types).toEqual(['connected']);
      expect(clock.pending.size).toBe(0);
      expect(sockets()).toEqual([]);
    });

    test('after expiry', async () => {
      await using fake = await FakeServer.start({ handshake: () => handshakeFrame(0) });
      const client = start([fake]);
      await recorder.next('expired');
      await closeAndCheck(client);
    });

    test('when the server is frozen', async () => {
      await using proxy = await FaultProxy.open({ upstream: server });
      const client = start([proxy], timeoutMs);
      await recorder.next('connected');
      await proxy.stall();
      await closeAndCheck(client, timeoutMs);
    });

    test('when the server is frozen and the socket is full', async () => {
      await using proxy = await FaultProxy.open({ upstream: server });
      const client = start([proxy], timeoutMs);
      await recorder.next('connected');
      await proxy.stall();
      const writes = Array.from({ length: 40 }, () => errorNumber(client.setData('/', Buffer.alloc(500_000), 0)));
      await closeAndCheck(client, timeoutMs);
      expect(new Set(await Promise.all(writes))).toEqual(new Set([-4]));
    });

    test('when the server freezes in the handshake, within two seconds whatever the timeout', async () => {
      await using fake = await FakeServer.start({ handshake: () => null });
      const client = makeClient([fake], { clock, sessionTimeoutMs: 30_000 });
      client.connect(recorder.observe);
      await waitUntil('handshake', () => fake.handshakes > 0);
      await closeAndCheck(client, 2000);
    });

    test('during a connection attempt, without sending anything', async () => {
      await using fake = await FakeServer.start();
      const client = start([fake]);
      await new Promise<void>((resolve) => {
        clock.ran = resolve;
      });
      await closeAndCheck(client);
      expect(fake.handshakes).toBe(0);
    });
  });

  describe('closing ends the session', () => {
    test('at once, with its ephemeral nodes', async () => {
      const { client: other } = await connected([server], { sessionTimeoutMs: 4000 });
      const { client } = await connected([server], { sessionTimeoutMs: 4000 });
      await client.create('/mine', null, 'ephemeral');
      await client.close();
      expect(await other.exists({ path: '/mine', watch: false })).toBe(null);
    });

    test('also when it was still being made', async () => {
      let answerHandshake: () => void = () => undefined;
      await using fake = await FakeServer.start({
        handshake: () => {
          answerHandshake = () => fake.send(handshakeFrame(2000));
          return null;
        },
      });
      const client = start([fake]);
      await waitUntil('handshake', () => fake.handshakes > 0);
      const closing = client.close();
      answerHandshake();
      await closing;
      expect(fake.types()).toEqual([opCodes.close]);
      expect(recorder.events).toEqual([]);
    });

    test('also while watches are armed', async () => {
      await using fake = await FakeServer.start();
      const client = start([fake]);
      await recorder.next('connected');
      await client.getData({ path: '/a', watch: true });
      fake.answer = ({ type }) => (type === opCodes.setWatches ? null : undefined);
      fake.requests.length = 0;
      fake.cut();
      await waitUntil('watches', () => fake.types().includes(opCodes.setWatches));
      await closeAndCheck(client);
      expect(fake.types()).toEqual([opCodes.setWatches, opCodes.close]);
    });
  });

  test('a client that was never connected does not affect the process', async () => {
    const client = create({ servers: [server], sessionTimeoutMs: timeoutMs }, { clock });
    expect(clock.pending.size).toBe(0);
    expect(await errorNumber(client.getData(read))).toBe(-4);
  });
}
