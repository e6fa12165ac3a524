import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CacheRing } from '../cache-ring.mjs';
import { silent } from './silent.mjs';

const keys = Array.from({ length: 500 }, (_, i) => `user:${i}`);

/** @type {MemoryStore} */
let store;
/** @type {MemoryServiceRegistry} */
let servers;
/** @type {MemoryServiceRegistry} */
let client;
/** @type {CacheRing} */
let ring;

beforeEach(async () => {
  // The fake ensemble. Two registries on it act like two processes: once a write of one resolves, the other has received it.
  store = new MemoryStore();
  servers = new MemoryServiceRegistry({ store, logger: silent });
  client = new MemoryServiceRegistry({ store, logger: silent });
  for (const name of ['a', 'b', 'c']) await servers.setNode(`/services/cache/${name}:11211`);
  ring = new CacheRing(client, '/services/cache');
  await ring.start();
});
afterEach(() => Promise.all([servers.stop(), client.stop()]));

/** The server of each key. */
const places = () => new Map(keys.map((key) => [key, ring.serverFor(key)]));

test('every server has keys, and every process puts them in the same places', async () => {
  const other = new CacheRing(servers, '/services/cache');
  await other.start();
  expect(new Set(places().values())).toEqual(new Set(['a:11211', 'b:11211', 'c:11211']));
  for (const [key, server] of places()) expect(other.serverFor(key)).toBe(server);
});

test('only the keys of a server that goes are moved', async () => {
  const before = places();
  await servers.unset('/services/cache/b:11211');
  for (const [key, server] of places()) {
    if (before.get(key) === 'b:11211') expect(server).not.toBe('b:11211');
    else expect(server).toBe(before.get(key));
  }
});

test('a server that loses its session has its keys again when it is back', async () => {
  const before = places();
  await store.expire(servers);
  await client.get('/services/cache', { minChildren: 3, waitMs: 1_000 });
  expect(places()).toEqual(before);
});

test('an outage of the registry moves no key', async () => {
  const before = places();
  await store.goDown();
  expect(places()).toEqual(before);
  await store.comeBack();
  expect(places()).toEqual(before);
});

test('without a server there is none to ask, and the registry is not asked either', async () => {
  for (const name of ['a', 'b', 'c']) await servers.unset(`/services/cache/${name}:11211`);
  const before = store.requests;
  expect(ring.serverFor('user:1')).toBeUndefined();
  expect(store.requests).toBe(before);
});
