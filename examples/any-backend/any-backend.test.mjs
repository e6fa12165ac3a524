// An application's own test. NDSR_URL selects the backend.
//   NDSR_URL=memory:fleet                                  node --test any-backend.test.mjs
//   NDSR_URL=zookeeper-js://127.0.0.1:2181/any-backend     node --test any-backend.test.mjs
//   NDSR_URL=zookeeper-native://127.0.0.1:2181/any-backend node --test any-backend.test.mjs
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openRegistry, ServiceRegistry } from '@ndsr/core';

/** @type {ServiceRegistry} */
let server;
/** @type {ServiceRegistry} */
let client;

before(async () => {
  server = await openRegistry();
  client = await openRegistry();
});
after(() => Promise.all([server.stop(), client.stop()]));

test('a client finds what a server has registered', async () => {
  await server.setNode('/services/web/10.0.0.7:8080', { weight: 3 });
  const { children } = await client.get('/services/web', { minChildren: 1, waitMs: 5_000 });
  assert.equal(children['10.0.0.7:8080']?.weight, 3);
  assert.equal(children['10.0.0.7:8080']?.pid, process.pid);
});

test('a client receives the state after every change', async () => {
  const received = client.watch('/services/web', { signal: AbortSignal.timeout(10_000) });
  await server.setNode('/services/web/10.0.0.8:8080', { weight: 1 });
  await server.unset('/services/web/10.0.0.7:8080');
  for await (const { children } of received) {
    if (Object.keys(children).join() === '10.0.0.8:8080') break;
  }
});

test('configuration stays when its writer has gone', async () => {
  const writer = await openRegistry();
  await writer.setData('/config/app', { state: 'enabled' });
  await writer.stop();
  const { data, stat } = await client.get('/config/app');
  assert.equal(data?.state, 'enabled');
  assert.equal(stat?.ephemeralOwner, 0n);
});

test('what a server has registered goes with it', async () => {
  const another = await openRegistry();
  await another.setNode('/services/mail/a');
  await client.get('/services/mail', { minChildren: 1, waitMs: 5_000 });
  await another.stop();
  for await (const { children } of client.watch('/services/mail', { signal: AbortSignal.timeout(10_000) })) {
    if (Object.keys(children).length === 0) break;
  }
});
