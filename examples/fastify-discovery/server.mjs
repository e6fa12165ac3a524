// NDSR_URL=zookeeper-js://127.0.0.1:2181 PORT=3001 node server.mjs
import { setTimeout as sleep } from 'node:timers/promises';
import { openRegistry } from '@ndsr/core';
import fastify from 'fastify';

const { NDSR_URL: url = 'zookeeper-js://127.0.0.1:2181', SERVICE = '/services/greeter', PORT = '0' } = process.env;

/** The time within which every client is notified that this server is no longer listed, ms. */
const drainMs = 500;

const app = fastify();
app.get('/greeting', async () => ({ greeting: 'hello', from: instance }));
const { host: instance } = new URL(await app.listen({ host: '127.0.0.1', port: Number(PORT) }));

// Registered only once it serves: clients send requests at once.
const registry = await openRegistry({ url, lazy: true, offline: 'defer' });
process.once('SIGTERM', async () => {
  // In reverse order: deregister, wait until every client is notified, and answer the pending requests.
  await registry.stop();
  await sleep(drainMs);
  await app.close();
});

await registry.setNode(`${SERVICE}/${instance}`);
console.log(`serves as ${instance}`);
