import { FakeServer } from '@ndsr/zookeeper-testing/fake';
import { expect, test } from 'vitest';
import { createLibraryClient, wrapXid } from '../../src/library/library-client.js';
import { bareConnected } from '../support/bare-client.js';

const largest = 2 ** 31 - 1;

test('the bare library fails to number a request after the last positive number', async () => {
  await using fake = await FakeServer.start();
  const { connectionManager: manager, exists } = await bareConnected(fake);
  manager.xid = largest + 1;
  const client = { connectionManager: manager, options: { retries: 0 } };
  expect(() => exists.call(client as never, '/a', undefined, () => undefined)).toThrow(RangeError);
});

test('request numbers start again at zero and every request is answered', async () => {
  await using fake = await FakeServer.start();
  const client = await bareConnected(fake);
  wrapXid(client.connectionManager);
  client.connectionManager.xid = largest - 1;
  const answers = [1, 2, 3, 4].map(
    () => new Promise<unknown>((resolve) => client.exists('/a', undefined, (error) => resolve(error))),
  );
  expect(await Promise.all(answers)).toEqual([null, null, null, null]);
  expect(fake.requests.map(({ xid }) => xid)).toEqual([largest - 1, largest, 0, 1]);
});

test('a client is made with it', () => {
  const { connectionManager } = createLibraryClient(1000);
  connectionManager.xid = largest;
  connectionManager.xid += 1;
  expect(connectionManager.xid).toBe(0);
});
