import { digestId, NotAuthorizedError, type ServiceRegistry } from '@ndsr/core';
import { FaultyRoute, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import zookeeper from 'node-zookeeper-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { zooKeepers } from './support/backends.js';

const ann = { username: 'ann', password: 'secret of ann' };
const ben = { username: 'ben', password: 'secret of ben' };
const soon = { timeout: 60_000, interval: 20 };
const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

let server: ZooKeeperServer;
/** A client of the bare library with the credentials of ann. */
let owner: zookeeper.Client;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ tickTimeMs: 200 });
  owner = zookeeper.createClient(server.address);
  owner.addAuthInfo('digest', Buffer.from(`${ann.username}:${ann.password}`));
  await new Promise<void>((resolve) => {
    owner.once('connected', resolve);
    owner.connect();
  });
});
afterAll(async () => {
  owner.close();
  await server.stop();
});

interface BareAcl {
  readonly permission: number;
  readonly id: { readonly id: string };
}

/** The permissions in the form `ann 31`, and the session that owns the node. */
function lookAt(path: string): Promise<{ acl: string; owner: string }> {
  return new Promise((resolve, reject) => {
    owner.getACL(path, (error, acls, stat) => {
      if (error) reject(error);
      else {
        const acl = (acls as unknown as BareAcl[])
          .map(({ permission, id }) => `${id.id.split(':')[0]} ${permission}`)
          .join(', ');
        resolve({ acl, owner: (stat as unknown as { ephemeralOwner: Buffer }).ephemeralOwner.toString('hex') });
      }
    });
  });
}

function setAcl(path: string, user: typeof ann): Promise<void> {
  const id = new zookeeper.Id('digest', digestId(user.username, user.password));
  return new Promise((resolve, reject) => {
    owner.setACL(path, [new zookeeper.ACL(31, id)], -1, (error) => (error ? reject(error) : resolve()));
  });
}

/** Tracks the session on the route, so that it can be ended, and the background faults. */
function follow(registry: ServiceRegistry, route: FaultyRoute) {
  const sessions: string[] = [];
  const faults: Error[] = [];
  registry.on('phase', ({ phase, sessionId }) => {
    if (phase !== 'connected' || sessionId === null) return;
    sessions.push(sessionId);
    route.connected(registry, BigInt.asIntN(64, BigInt(`0x${sessionId}`)));
  });
  registry.on('fault', ({ error }) => faults.push(error));
  onTestFinished(async () => {
    await registry.stop();
    await route.close();
  });
  return { sessions, faults };
}

describe.each(zooKeepers)('on $name', ({ name, registry: open }) => {
  const onlyAnn = [{ scheme: 'digest', id: digestId(ann.username, ann.password), permissions: 'all' }] as const;

  it('a protected node is kept after a reconnect and re-created in a new session, with its ACL and without a rejection', async () => {
    const route = await FaultyRoute.open(server);
    const servers = `${route.host}:${route.port}`;
    const registry = open({ servers, timeoutMs: 4_000, restoreJitterMs: 0, logger: silent, ...ann, acl: onlyAnn });
    const { sessions, faults } = follow(registry, route);
    const names = Array.from({ length: 20 }, (_, i) => `host-${String(i).padStart(2, '0')}`);
    for (const one of names) await registry.setNode(`/${name}/closed/${one}`, { one });
    await registry.get(`/${name}/closed`);
    const expectOurs = async (): Promise<void> => {
      for (const one of names) {
        const { acl, owner: session } = await lookAt(`/${name}/closed/${one}`);
        expect({ acl, session }).toEqual({ acl: 'ann 31', session: sessions.at(-1) });
      }
      expect((await lookAt(`/${name}/closed`)).acl).toBe('ann 31');
    };
    await expectOurs();
    const before = (await registry.get(`/${name}/closed`)).children;

    await route.goDown();
    await vi.waitFor(() => expect(registry.phase).not.toBe('connected'), soon);
    await route.comeBack();
    await vi.waitFor(() => expect(registry.freshness(`/${name}/closed`)?.origin).toBe('live'), soon);
    expect(new Set(sessions).size).toBe(1);
    await registry.setNode(`/${name}/closed/${names[0]}`, { one: names[0] ?? '' });
    await expectOurs();

    await route.expire(registry);
    await vi.waitFor(() => expect(new Set(sessions).size).toBe(2), soon);
    await vi.waitFor(expectOurs, soon);
    await vi.waitFor(async () => expect((await registry.get(`/${name}/closed`)).children).toEqual(before), soon);
    expect(faults).toEqual([]);
  }, 180_000);

  it('a wrong password rejects the calls, and the right one can be added later', async () => {
    const right = open({ servers: server.address, ...ann });
    const wrong = open({ servers: server.address, ...ann, password: 'guessed', logger: silent });
    onTestFinished(async () => void (await Promise.all([right.stop(), wrong.stop()])));
    await right.setData(`/${name}/guessed/data`, { by: 'ann' });
    await expect(wrong.setNode(`/${name}/guessed/node`)).rejects.toBeInstanceOf(NotAuthorizedError);
    await expect(wrong.setData(`/${name}/guessed/data`, { by: 'a guess' })).rejects.toBeInstanceOf(NotAuthorizedError);
    wrong.setCredentials(ann);
    expect(await wrong.setNode(`/${name}/guessed/node`)).toBe(true);
    expect(await wrong.setData(`/${name}/guessed/data`, { by: 'ann' })).toBe(true);
    expect((await lookAt(`/${name}/guessed/node`)).acl).toBe('ann 31, anyone 1');
  });

  it('a re-registration without permission is a fault in the background, until the right credentials are added', async () => {
    const route = await FaultyRoute.open(server);
    const servers = `${route.host}:${route.port}`;
    const registry = open({ servers, timeoutMs: 4_000, restoreJitterMs: 0, logger: silent, ...ann });
    const { sessions, faults } = follow(registry, route);
    await registry.setNode(`/${name}/moved/host`, { port: 22 });
    await setAcl(`/${name}/moved`, ben);
    await route.expire(registry);
    await vi.waitFor(() => expect(faults.some((error) => error instanceof NotAuthorizedError)).toBe(true), soon);
    expect(new Set(sessions).size).toBe(2);
    registry.setCredentials(ben);
    await vi.waitFor(async () => {
      const { acl, owner: session } = await lookAt(`/${name}/moved/host`);
      expect({ acl, session }).toEqual({ acl: 'ben 31, anyone 1', session: sessions.at(-1) });
    }, soon);
  }, 180_000);
});
