import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { waitUntil } from '@ndsr/test-support';
import type { ZooKeeperClient } from '@ndsr/zookeeper-common';
import { FaultProxy, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { FakeServer, handshakeFrame } from '@ndsr/zookeeper-testing/fake';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { bareConnected } from '../support/bare-client.js';
import { connected, makeClient, Recorder } from '../support/recorder.js';

let server: ZooKeeperServer;
let direct: ZooKeeperClient;
let parents = 0;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ maxSessionTimeoutMs: 20_000 });
});
afterAll(() => server.stop());

async function makeParent(): Promise<string> {
  ({ client: direct } = await connected([server], { sessionTimeoutMs: 20_000 }));
  const parent = `/reconnect-${++parents}`;
  await direct.create(parent, null, 'persistent');
  return parent;
}

test('changes during an outage are emitted before connected; the library emits them after', async () => {
  const parent = await makeParent();
  await using proxy = await FaultProxy.open({ upstream: server });
  const { client, recorder } = await connected([proxy], { sessionTimeoutMs: 4_000 });
  const bare = await bareConnected(proxy);
  await client.getChildren({ path: parent, watch: true });
  await new Promise((resolve) => bare.native.a_get_children2(parent, true, resolve));
  await proxy.refuse();
  await recorder.next('disconnected');
  await direct.create(`${parent}/child`, null, 'persistent');
  await proxy.pass();
  await recorder.next('connected', 2);
  expect(recorder.types).toEqual(['connected', 'disconnected', 'watch', 'connected']);
  await waitUntil('the bare client hears of it', () => bare.events.some((event) => event.startsWith('child')));
  expect(bare.events.map((event) => event.split(' ')[0])).toEqual(['connect', 'connecting', 'connect', 'child']);
});

test('after a cut it is back at once, again and again; the library waits for a third of the timeout', async () => {
  await makeParent();
  await using proxy = await FaultProxy.open({ upstream: server });
  const timeout = 20_000;
  const { recorder } = await connected([proxy], { sessionTimeoutMs: timeout });
  const took: number[] = [];
  for (let round = 1; round <= 5; round += 1) {
    const cutAt = performance.now();
    await proxy.cut();
    await recorder.next('connected', round + 1);
    took.push(Math.round(performance.now() - cutAt));
  }
  console.info(`back after ${took.join(', ')} ms; a third of the timeout is ${timeout / 3} ms`);
  expect(Math.max(...took)).toBeLessThan(timeout / 4);
});

describe('the watches of 20,000 paths', () => {
  test('survive an outage in the same session, although the servers do not accept that many at once', async () => {
    const parent = await makeParent();
    await using proxy = await FaultProxy.open({ upstream: server });
    const { client, recorder, sessionId } = await connected([proxy], { sessionTimeoutMs: 20_000 });
    const paths = Array.from({ length: 20_000 }, (_, i) => `${parent}/${String(i).padStart(60, '-')}`);
    for (let from = 0; from < paths.length; from += 1_000) {
      await Promise.all(paths.slice(from, from + 1_000).map((path) => client.exists({ path, watch: true })));
    }
    await client.create(`${parent}/mine`, null, 'ephemeral');
    const cutAt = performance.now();
    await proxy.refuse();
    await recorder.next('disconnected');
    await direct.create(paths[19_999] ?? '', null, 'persistent');
    await proxy.pass();
    expect(await recorder.next('connected', 2)).toMatchObject({ sessionId });
    console.info(`20,000 watches armed again ${Math.round(performance.now() - cutAt)} ms after the cut`);
    expect(recorder.of('watch').map(({ event }) => event)).toEqual([{ kind: 'created', path: paths[19_999] }]);
    expect(await direct.exists({ path: `${parent}/mine`, watch: false })).toMatchObject({ ephemeralOwner: sessionId });
    await direct.create(paths[7] ?? '', null, 'persistent');
    await waitUntil('the other watches are armed', () => recorder.of('watch').length === 2);
  }, 180_000);
});

describe('a socket that is opened when a disconnect is emitted', () => {
  /** The bytes that a new socket receives from an echo server. */
  async function echoServer(): Promise<() => Promise<string>> {
    const echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    onTestFinished(() => void echo.close());
    const { port } = echo.address() as AddressInfo;
    return async () => {
      const socket = connect({ host: '127.0.0.1', port });
      onTestFinished(() => void socket.destroy());
      socket.write('hello');
      const [data] = await once(socket, 'data');
      return String(data);
    };
  }

  test("works: its number is not the library's any more", async () => {
    await makeParent();
    const hear = await echoServer();
    await using proxy = await FaultProxy.open({ upstream: server });
    const client = makeClient([proxy], { sessionTimeoutMs: 4_000 });
    const recorder = new Recorder();
    const echoes: Promise<string>[] = [];
    client.connect((event) => {
      recorder.observe(event);
      if (event.type === 'disconnected') echoes.push(hear());
    });
    await recorder.next('connected');
    for (let round = 1; round <= 5; round += 1) {
      // A request at that moment also rejects, and its caller may open sockets too.
      const refused = client.exists({ path: '/', watch: false }).then(() => 'hello', hear);
      await proxy.cut();
      expect(await refused).toBe('hello');
      await recorder.next('connected', round + 1);
      expect(await echoes[round - 1]).toBe('hello');
    }
  });

  test('never receives anything if the library itself emits it', async () => {
    const hear = await echoServer();
    await using proxy = await FaultProxy.open({ upstream: server });
    const bare = await bareConnected(proxy);
    const { emit } = bare.native;
    let heard = 'nothing';
    bare.native.emit = (event, ...rest) => {
      emit(event, ...rest);
      if (event !== 'connecting') return;
      const hearing = hear().then((text) => {
        heard = text;
      });
      hearing.catch(() => undefined);
    };
    await proxy.cut();
    await waitUntil('the library is back', () => bare.events.filter((event) => event === 'connect').length === 2);
    expect(heard).toBe('nothing');
  });
});

test('a session that the servers silently replace by another is emitted as expired', async () => {
  let handshakes = 0;
  await using fake = await FakeServer.start({ handshake: () => handshakeFrame(10_000, BigInt(++handshakes)) });
  const { recorder } = await connected([fake], { sessionTimeoutMs: 10_000 });
  fake.cut();
  await recorder.next('expired');
  expect(recorder.types).toEqual(['connected', 'disconnected', 'expired']);
});
