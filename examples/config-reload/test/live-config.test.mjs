import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silent } from '../../unit-testing/test/silent.mjs';
import { LiveConfig } from '../live-config.mjs';
import { settings } from '../settings.mjs';

const path = '/config/greeter';
const defaults = { greeting: 'hello', limitPerSecond: 100, features: { shout: false } };

/** @type {MemoryStore} */
let store;
/** @type {MemoryServiceRegistry} */
let operator;
/** @type {MemoryServiceRegistry} */
let server;
/** @type {unknown[]} */
let changes;
/** @type {string[]} */
let refusals;

beforeEach(() => {
  store = new MemoryStore();
  operator = new MemoryServiceRegistry({ store, logger: silent });
  server = new MemoryServiceRegistry({ store, logger: silent });
  [changes, refusals] = [[], []];
});
afterEach(() => Promise.all([operator.stop(), server.stop()]));

function open() {
  return LiveConfig.open(server, path, {
    schema: settings,
    changed: (config) => changes.push(config),
    refused: (problem) => refusals.push(problem),
  });
}

test('has the defaults when nothing is written, and for omitted values', async () => {
  const config = await open();
  expect(config.current).toEqual(defaults);
  await operator.setData(path, { limitPerSecond: 5 });
  expect(config.current).toEqual({ ...defaults, limitPerSecond: 5 });
  expect(changes).toEqual([config.current]);
});

test('rejects an invalid configuration with the reason, and keeps the last valid one', async () => {
  await operator.setData(path, { greeting: 'good morning' });
  const config = await open();
  const good = config.current;
  await operator.setData(path, { greeting: '', limitPerSecond: '5', features: { shout: 'yes' } });
  expect(config.current).toBe(good);
  expect(refusals).toHaveLength(1);
  for (const name of ['greeting', 'limitPerSecond', 'features.shout']) expect(refusals[0]).toContain(`${name}: `);
  await operator.setData(path, { greeting: 'good evening' });
  expect(config.current).toEqual({ ...defaults, greeting: 'good evening' });
  expect(changes).toHaveLength(2);
});

test('starts with the defaults when the stored configuration is invalid', async () => {
  await operator.setData(path, { limitPerSecond: -1 });
  expect((await open()).current).toEqual(defaults);
  expect(refusals).toHaveLength(1);
});

test('reports no change when the same values, or unused ones, are written', async () => {
  await operator.setData(path, { limitPerSecond: 5 });
  await open();
  await operator.setData(path, { limitPerSecond: 5, note: 'as agreed' });
  await operator.setData(path, { limitPerSecond: 5, greeting: 'hello' });
  expect(changes).toHaveLength(1);
});

test('keeps the last valid one when it is deleted, and through an outage', async () => {
  await operator.setData(path, { limitPerSecond: 5 });
  const config = await open();
  await operator.unset(path);
  expect(config.current.limitPerSecond).toBe(5);
  await store.goDown();
  expect(config.current.limitPerSecond).toBe(5);
  await store.comeBack();
  await operator.setData(path, { limitPerSecond: 6 });
  expect(config.current.limitPerSecond).toBe(6);
});
