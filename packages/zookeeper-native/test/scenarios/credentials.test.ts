import { createHash } from 'node:crypto';
import { NotAuthorizedError } from '@ndsr/core';
import { waitUntil } from '@ndsr/test-support';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ZooKeeperNativeServiceRegistry } from '../../src/index.js';
import { bareConnected } from '../support/bare-client.js';

const username = 'ann';
const password = 'S3CRET:with@signs-ü';
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
});
afterAll(() => server.stop());

/** A node that only `username` may touch. */
async function createProtected(path: string): Promise<void> {
  const { native } = await bareConnected(server);
  const auth = `${username}:${createHash('sha1').update(`${username}:${password}`).digest('base64')}`;
  await new Promise((resolve) => native.a_create(path, Buffer.from('{"for":"ann"}'), 0, resolve));
  await new Promise((resolve) => {
    const acls = [{ perm: 31, scheme: 'digest', auth }];
    Reflect.apply(Reflect.get(native, 'a_set_acl'), native, [path, -1, acls, resolve]);
  });
}

it('lets a registry touch what is its own, also after a reconnect and in a new session; others not', async () => {
  await createProtected('/protected');
  const options = { servers: server.address, timeoutMs: 3_000, logger: silent };
  await using registry = new ZooKeeperNativeServiceRegistry({ ...options, username, password });
  expect((await registry.get('/protected')).data).toEqual({ for: 'ann' });
  await server.kill();
  await waitUntil('the connection is broken', () => registry.phase !== 'connected');
  await server.restart();
  await waitUntil('it is live again', () => registry.freshness('/protected')?.origin === 'live');
  await registry.setData('/protected', { round: 2 });
  await registry.rebuild();
  expect(await registry.setData('/protected', { round: 3 })).toBe(true);

  for (const wrong of [{}, { username, password: 'wrong' }]) {
    await using other = new ZooKeeperNativeServiceRegistry({ ...options, ...wrong });
    await expect(other.get('/protected')).rejects.toBeInstanceOf(NotAuthorizedError);
  }
});
