import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Announcer } from '../announcer.mjs';
import { silent } from './silent.mjs';

const path = '/services/web/10.0.0.7:8080';

/** @type {MemoryStore} */
let store;
/** @type {MemoryServiceRegistry} */
let registry;
/** @type {Announcer} */
let announcer;
let healthy = true;

beforeEach(() => {
  // For the announcer's own timer. The registry in memory needs none.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  healthy = true;
  store = new MemoryStore();
  registry = new MemoryServiceRegistry({ store, logger: silent });
  announcer = new Announcer(registry, path, async () => {
    if (!healthy) throw new Error('the database does not answer');
    return true;
  });
});
afterEach(async () => {
  await registry.stop();
  vi.useRealTimers();
});

/** Five seconds later. */
const nextCheck = () => vi.advanceTimersByTimeAsync(5_000);
const isListed = () => store.dump().includes(path);

test('is listed while the check passes', async () => {
  healthy = false;
  await announcer.start();
  expect(isListed()).toBe(false);
  healthy = true;
  await nextCheck();
  expect(isListed()).toBe(true);
  healthy = false;
  await nextCheck();
  expect(isListed()).toBe(false);
});

test('writes nothing while nothing changes', async () => {
  await announcer.start();
  const before = store.requests;
  for (let check = 0; check < 10; check += 1) await nextCheck();
  expect(store.requests).toBe(before);
});

test('a check that fails during an outage counts when the outage is over', async () => {
  await announcer.start();
  await store.goDown();
  healthy = false;
  await nextCheck();
  await store.comeBack();
  await nextCheck();
  expect(isListed()).toBe(false);
});

test('stays away after it was stopped', async () => {
  await announcer.start();
  await announcer.stop();
  await nextCheck();
  expect(isListed()).toBe(false);
});
