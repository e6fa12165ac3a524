import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { FakeClock, waitUntil } from '@ndsr/test-support';
import { freePort, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connected, makeClient, Recorder } from '../support/recorder.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
});
afterAll(() => server.stop());

test('a name that is not known yet is tried again until it is', async () => {
  let asked = 0;
  const lookup = async () => {
    asked += 1;
    if (asked < 4) throw new Error('ENOTFOUND');
    return [server.host];
  };
  const client = makeClient([{ host: 'zk.example', port: server.port }], { lookup });
  const recorder = new Recorder();
  client.connect(recorder.observe);
  await recorder.next('connected');
  expect(asked).toBe(4);
});

test('a name that moves to another address is followed, in the same session', async () => {
  const port = await freePort();
  let address = '127.0.0.1';
  const first = await forward(address, port);
  const setup = { lookup: async () => [address], sessionTimeoutMs: 3_000 };
  const { recorder, sessionId } = await connected([{ host: 'zk.example', port }], setup);
  first();
  await recorder.next('disconnected');
  address = '::1';
  onTestFinished(await forward(address, port));
  expect(await recorder.next('connected', 2)).toMatchObject({ sessionId });
});

test('a name whose lookup takes longer than any timeout is connected to once it is found, after one lookup', async () => {
  const held: ((addresses: readonly string[]) => void)[] = [];
  const lookup = () => new Promise<readonly string[]>((resolve) => held.push(resolve));
  const clock = new FakeClock();
  const client = makeClient([{ host: 'zk.example', port: server.port }], { clock, lookup, sessionTimeoutMs: 2_000 });
  const recorder = new Recorder();
  client.connect(recorder.observe);
  await clock.advance(60_000);
  expect(held).toHaveLength(1);
  held[0]?.([server.host]);
  await waitUntil('a connection', async () => {
    await clock.advance(20);
    return recorder.types.includes('connected');
  });
  expect(held).toHaveLength(1);
});

test('a name whose lookup never ends does not hold up the other servers', async () => {
  const lookup = () => new Promise<readonly string[]>(() => undefined);
  await connected([{ host: 'zk.example', port: server.port }, server], { lookup, random: () => 0 });
});

test('a lookup that never ends leaves the last known addresses in use when the connection breaks', async () => {
  const port = await freePort();
  const cut = await forward('127.0.0.1', port);
  let lookups = 0;
  const lookup = () => {
    lookups += 1;
    return lookups === 1 ? Promise.resolve(['127.0.0.1']) : new Promise<never>(() => undefined);
  };
  const { recorder, sessionId } = await connected([{ host: 'zk.example', port }], { lookup, sessionTimeoutMs: 4_000 });
  cut();
  await recorder.next('disconnected');
  onTestFinished(await forward('127.0.0.1', port));
  expect(await recorder.next('connected', 2)).toMatchObject({ sessionId });
  expect(lookups).toBe(2);
});

test('all addresses of a name are tried', async () => {
  const lookup = async () => ['127.0.0.9', '::1', server.host];
  const { recorder } = await connected([{ host: 'zk.example', port: server.port }], {
    lookup,
    sessionTimeoutMs: 4_000,
  });
  expect(recorder.types).toEqual(['connected']);
});

test('connects to an IPv6 address', async () => {
  await using on6 = await ZooKeeperServer.start({ host: '::1' });
  const { recorder } = await connected([on6]);
  expect(recorder.types).toEqual(['connected']);
});

test('connects to an IPv6 address with a zone', async () => {
  await using on6 = await ZooKeeperServer.start({ host: '::1' });
  const { recorder } = await connected([{ host: '::1%lo', port: on6.port }]);
  expect(recorder.types).toEqual(['connected']);
});

/** Passes connections on to the server. Returns what ends that. */
async function forward(host: string, port: number): Promise<() => void> {
  const sockets: Socket[] = [];
  const from = createServer((client) => {
    const to = connect({ host: server.host, port: server.port });
    sockets.push(client, to);
    for (const socket of [client, to]) socket.on('error', () => undefined);
    client.pipe(to).pipe(client);
  });
  from.listen(port, host);
  await once(from, 'listening');
  return () => {
    from.close();
    for (const socket of sockets) socket.destroy();
  };
}
