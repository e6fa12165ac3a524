// Records the frames between the client and a real server, once it is built: node packages/zookeeper/test/golden/record.mjs
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { Credentials } from '@ndsr/core/backend';
import { createZooKeeperClient } from '@ndsr/zookeeper';
import { FrameReader } from '@ndsr/zookeeper-common';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { firstConnection, plain, resultOf, secondConnection } from './dialogue.mjs';

const pingXid = -2;
const lengthBytes = 4;

/** @type {{ from: 'client' | 'server', frame: string }[]} */
const frames = [];
/** @type {Set<import('node:net').Socket>} */
const sockets = new Set();

const zookeeper = await ZooKeeperServer.start();
const proxy = createServer((socket) => {
  const upstream = connect(zookeeper.port, zookeeper.host);
  forward(socket, upstream, 'client');
  forward(upstream, socket, 'server');
});
proxy.listen(0, '127.0.0.1');
await once(proxy, 'listening');

const { port } = /** @type {import('node:net').AddressInfo} */ (proxy.address());
const client = createZooKeeperClient({ servers: [{ host: '127.0.0.1', port }], sessionTimeoutMs: 10_000 });
client.authenticate(new Credentials('me', 'secret'));
/** @type {unknown[]} */
const events = [];
let connections = 0;
const connected = (/** @type {number} */ number) =>
  new Promise((resolve) => {
    const timer = setInterval(() => connections >= number && resolve(clearInterval(timer)), 10);
  });
client.connect((event) => {
  if (event.type === 'connected') connections += 1;
  if (event.type === 'watch') events.push(event.event);
});

/** @type {unknown[]} */
const results = [];
await connected(1);
for (const [, run] of firstConnection) results.push(await resultOf(client, run));
for (const socket of sockets) socket.destroy();
await connected(2);
for (const [, run] of secondConnection) results.push(await resultOf(client, run));
await client.close();
const version = (await zookeeper.command('srvr')).split(',')[0];
await zookeeper.stop();
proxy.close();

const target = new URL('frames.json', import.meta.url);
writeFileSync(target, `${JSON.stringify({ version, frames, results, events: plain(events) }, null, 1)}\n`);
console.log(`${frames.length} frames of ${version}`);

/**
 * Forwards and records every frame, except for pings, which depend on the time.
 *
 * @param {import('node:net').Socket} source
 * @param {import('node:net').Socket} target
 * @param {'client' | 'server'} from
 */
function forward(source, target, from) {
  const reader = new FrameReader(1024 * 1024);
  sockets.add(source);
  source.on('error', () => undefined);
  source.on('close', () => target.destroy());
  source.on('data', (chunk) => {
    reader.push(chunk);
    for (let frame = reader.next(); frame !== null; frame = reader.next()) {
      if (frame.readInt32BE(lengthBytes) !== pingXid) frames.push({ from, frame: frame.toString('hex') });
      target.write(frame);
    }
  });
}
