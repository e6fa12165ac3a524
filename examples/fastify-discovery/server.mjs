// NDSR_URL=zookeeper-js://127.0.0.1:2181 PORT=3001 node server.mjs
import { setTimeout as sleep } from 'node:timers/promises';
import { openRegistry } from '@ndsr/core';
import fastify from 'fastify';

const { NDSR_URL: url = 'zookeeper-js://127.0.0.1:2181', SERVICE = '/services/greeter', PORT = '0' } = process.env;

/** Within that time every client has heard that this server is not listed any more, ms. */
const drainMs = 500;

const app = fastify();
app.get('/greeting', async () => ({ greeting: 'hello', from: instance }));
const { host: instance } = new URL(await app.listen({ host: '127.0.0.1', port: Number(PORT) }));

// Listed once it serves, and not before: clients send their requests at once.
const registry = await openRegistry({ url, lazy: true, offline: 'defer' });
process.once('SIGTERM', async () => {
  // The other way round: nobody new is sent here, everybody has heard so, and what is under way is answered.
  await registry.stop();
  await sleep(drainMs);
  await app.close();
});

await registry.setNode(`${SERVICE}/${instance}`);
console.log(`serves as ${instance}`);
