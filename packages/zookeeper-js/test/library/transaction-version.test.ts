import { errorNumber } from '@ndsr/test-support';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bareConnected } from '../support/bare-client.js';
import { connected } from '../support/recorder.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
});
afterAll(() => server.stop());

const badVersion = -103;
const data = Buffer.from('new');

/** A node of data version 1. */
async function changedNode(path: string) {
  const { client } = await connected([server]);
  await client.create(path, null, 'persistent');
  await client.setData(path, data, 0);
  return client;
}

test('the bare library removes any version in a transaction that says 0', async () => {
  await changedNode('/bare');
  const transaction = (await bareConnected(server)).transaction();
  transaction.remove('/bare', 0);
  expect(await new Promise((resolve) => transaction.commit((error) => resolve(error)))).toBeFalsy();
});

test('replacing version 0 of a node that has changed is refused', async () => {
  const client = await changedNode('/refused');
  expect(await errorNumber(client.replace?.('/refused', 0, data, 'ephemeral') ?? Promise.resolve())).toBe(badVersion);
  expect(await client.exists({ path: '/refused', watch: false })).toMatchObject({ version: 1, ephemeralOwner: 0n });
});

test('replacing the version that is there leaves a new node', async () => {
  const client = await changedNode('/replaced');
  await client.replace?.('/replaced', 1, data, 'ephemeral');
  const { stat } = await client.getData({ path: '/replaced', watch: false });
  expect(stat.version).toBe(0);
  expect(stat.ephemeralOwner).not.toBe(0n);
});
