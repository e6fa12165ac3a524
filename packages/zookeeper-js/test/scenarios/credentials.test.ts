import { createHash } from 'node:crypto';
import { NotAuthorizedError, openRegistry } from '@ndsr/core';
import { waitUntil } from '@ndsr/test-support';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import zookeeper from 'node-zookeeper-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ZooKeeperJsServiceRegistry } from '../../src/index.js';

const username = 'ann';
const password = 'S3CRET:with@signs';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
  await createProtected('/protected', Buffer.from('{"for":"ann"}'));
});
afterAll(() => server.stop());

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A node that only `username` may touch. */
async function createProtected(path: string, data: Buffer): Promise<void> {
  const client = zookeeper.createClient(server.address);
  await new Promise<void>((resolve) => {
    client.once('connected', resolve);
    client.connect();
  });
  const digest = createHash('sha1').update(`${username}:${password}`).digest('base64');
  const acl = [new zookeeper.ACL(zookeeper.Permission.ALL, new zookeeper.Id('digest', `${username}:${digest}`))];
  await new Promise<void>((resolve, reject) => {
    client.create(path, data, acl, zookeeper.CreateMode.PERSISTENT, (error) => (error ? reject(error) : resolve()));
  });
  client.close();
}

describe('credentials', () => {
  it('let a registry touch what is theirs, also after a reconnect and in a new session', async () => {
    const options = { servers: server.address, username, password, timeoutMs: 3_000 };
    await using registry = new ZooKeeperJsServiceRegistry(options);
    expect((await registry.get('/protected')).data).toEqual({ for: 'ann' });
    await server.kill();
    await waitUntil('the connection is lost', () => registry.phase === 'lost');
    await server.restart();
    await waitUntil('it is live again', () => registry.freshness('/protected')?.origin === 'live');
    await registry.setData('/protected', { round: 2 });
    await registry.rebuild();
    expect(await registry.setData('/protected', { round: 3 })).toBe(true);
    expect((await registry.get('/protected')).data).toMatchObject({ round: 3 });
  });

  it.each([{}, { username, password: 'wrong' }])('are required of others (%o), which get an error', async (options) => {
    await using registry = new ZooKeeperJsServiceRegistry({ servers: server.address, ...options, logger: silent });
    await expect(registry.get('/protected')).rejects.toBeInstanceOf(NotAuthorizedError);
    await expect(registry.setData('/protected', { mine: true })).rejects.toBeInstanceOf(NotAuthorizedError);
  });

  it('may stand in a URL or in the environment', async () => {
    const inUrl = `zookeeper-js://${username}:${encodeURIComponent(password)}@${server.address}`;
    const registry = await openRegistry(inUrl);
    expect((await registry.get('/protected')).stat).not.toBeNull();
    await registry.stop();
    vi.stubEnv('NDSR_URL', `zookeeper-js://${server.address}`);
    vi.stubEnv('NDSR_USERNAME', username);
    vi.stubEnv('NDSR_PASSWORD', password);
    const other = await openRegistry();
    expect((await other.get('/protected')).stat).not.toBeNull();
    await other.stop();
    vi.unstubAllEnvs();
  });
});
