import { errorNumber } from '@ndsr/test-support';
import { FakeServer } from '@ndsr/zookeeper-testing/fake';
import { expect, test } from 'vitest';
import { bareConnected } from '../support/bare-client.js';
import { connected } from '../support/recorder.js';

const badArguments = -8;
const tooLarge = 2 ** 31;

test('the bare library loses count of its requests when one cannot be written', async () => {
  await using fake = await FakeServer.start();
  const client = await bareConnected(fake);
  expect(() => client.setData('/a', Buffer.alloc(1), tooLarge, () => undefined)).toThrow(RangeError);
  expect(client.connectionManager.pendingQueue).toHaveLength(1);
});

test('a request that cannot be written rejects, and the next one is answered', async () => {
  await using fake = await FakeServer.start();
  const { client, recorder } = await connected([fake]);
  expect(await errorNumber(client.setData('/a', Buffer.alloc(1), tooLarge))).toBe(badArguments);
  expect(await errorNumber(client.remove('/a', Number.NaN))).toBe(null);
  expect(recorder.types).toEqual(['connected']);
});

test.each([
  ['create', 1_048_577],
  ['setData', 1_048_577],
  ['create', 1_048_560],
  ['setData', 1_048_560],
  ['replace', 1_048_560],
  ['replace', 5_000_000],
] as const)('%s of %i bytes rejects without disturbing the connection', async (operation, size) => {
  await using fake = await FakeServer.start();
  const { client, recorder } = await connected([fake]);
  const data = Buffer.alloc(size);
  const run = {
    create: () => client.create('/a', data, 'persistent'),
    setData: () => client.setData('/a', data, 0),
    replace: () => client.replace?.('/a', 0, data, 'ephemeral') ?? Promise.reject(new Error('no replace')),
  };
  expect(await errorNumber(run[operation]())).toBe(badArguments);
  expect(await client.exists({ path: '/a', watch: false })).not.toBe(null);
  expect(recorder.types).toEqual(['connected']);
});

test.each(['', 'a', '/a/', '/a//b', '/a/../b', undefined, null, 7])('the path %j rejects', async (path) => {
  await using fake = await FakeServer.start();
  const { client } = await connected([fake]);
  const read = { path: path as string, watch: true };
  expect(await errorNumber(client.exists(read))).toBe(badArguments);
  expect(await errorNumber(client.getData(read))).toBe(badArguments);
  expect(await errorNumber(client.create(read.path, null, 'persistent'))).toBe(badArguments);
});

test.each(['text', 7, {}, undefined])('data that are no bytes reject: %j', async (data) => {
  await using fake = await FakeServer.start();
  const { client } = await connected([fake]);
  const bytes = data as unknown as Uint8Array;
  expect(await errorNumber(client.create('/a', bytes, 'persistent'))).toBe(badArguments);
  expect(await errorNumber(client.setData('/a', bytes, 0))).toBe(badArguments);
});
