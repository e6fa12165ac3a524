import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Credentials } from '@ndsr/core/backend';
import { waitUntil } from '@ndsr/test-support';
import { type ClientEvent, FrameReader } from '@ndsr/zookeeper-common';
import { reply } from '@ndsr/zookeeper-testing/fake';
import { expect, onTestFinished, test } from 'vitest';
import { createZooKeeperClient } from '../../src/index.js';
import { firstConnection, plain, resultOf, secondConnection } from './dialogue.mjs';

interface Golden {
  readonly frames: readonly { readonly from: 'client' | 'server'; readonly frame: string }[];
  readonly results: readonly unknown[];
  readonly events: readonly unknown[];
}

const golden: Golden = JSON.parse(readFileSync(new URL('frames.json', import.meta.url), 'utf8'));
const pingXid = -2;

/** A server that expects the recorded requests, and sends what a real server answered. */
async function replay() {
  const differences: string[] = [];
  const sockets = new Set<Socket>();
  let at = 0;
  const server = createServer((socket) => {
    const reader = new FrameReader(1024 * 1024);
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      reader.push(chunk);
      for (let frame = reader.next(); frame !== null; frame = reader.next()) receive(socket, frame);
    });
  });
  const receive = (socket: Socket, frame: Buffer): void => {
    if (frame.readInt32BE(4) === pingXid) {
      socket.write(reply(pingXid));
      return;
    }
    const expected = golden.frames[at]?.frame;
    if (frame.toString('hex') !== expected) differences.push(`frame ${at}: ${frame.toString('hex')}, not ${expected}`);
    at += 1;
    for (let next = golden.frames[at]; next?.from === 'server'; next = golden.frames[at]) {
      socket.write(Buffer.from(next.frame, 'hex'));
      at += 1;
    }
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => sockets.forEach((socket) => void socket.destroy());
  onTestFinished(() => {
    cut();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, differences, cut };
}

test('the requests are those that a real server answered, and its answers are understood', async () => {
  const server = await replay();
  const client = createZooKeeperClient({
    servers: [{ host: '127.0.0.1', port: server.port }],
    sessionTimeoutMs: 10_000,
  });
  onTestFinished(() => client.close());
  client.authenticate(new Credentials('me', 'secret'));
  const events: ClientEvent[] = [];
  const of = (type: ClientEvent['type']) => events.filter((event) => event.type === type);
  client.connect((event) => events.push(event));
  const results: unknown[] = [];
  await waitUntil('the first connection', () => of('connected').length === 1);
  for (const [, run] of firstConnection) results.push(await resultOf(client, run));
  server.cut();
  await waitUntil('the second connection', () => of('connected').length === 2);
  for (const [, run] of secondConnection) results.push(await resultOf(client, run));
  await client.close();

  expect(server.differences).toEqual([]);
  const named = (all: readonly unknown[]) =>
    [...firstConnection, ...secondConnection].map(([what], index) => [what, all[index]]);
  expect(named(results)).toEqual(named(golden.results));
  expect(plain(of('watch').map((event) => 'event' in event && event.event))).toEqual(golden.events);
  expect(of('fault')).toEqual([]);
});
