import { failureTable, quote } from '@ndsr/conformance/failure-table';
import { NotAuthorizedError } from '@ndsr/core';
import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { waitUntil } from '@ndsr/test-support';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import zookeeper from 'node-zookeeper-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { zooKeepers } from './support/backends.js';
import { PhaseLog } from './support/phase-log.js';

const { Permission } = zookeeper;

let server: ZooKeeperServer;
let owner: zookeeper.Client;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
  owner = zookeeper.createClient(server.address);
  owner.addAuthInfo('digest', Buffer.from('ann:secret'));
  await new Promise<void>((resolve) => {
    owner.once('connected', resolve);
    owner.connect();
  });
});
afterAll(async () => {
  owner.close();
  await server.stop();
});

function acls(everybody: number): zookeeper.ACL[] {
  return [
    new zookeeper.ACL(Permission.ALL, new zookeeper.Id('auth', '')),
    new zookeeper.ACL(everybody, new zookeeper.Id('world', 'anyone')),
  ];
}

function make(path: string, everybody: number): Promise<void> {
  return new Promise((resolve, reject) => {
    owner.create(path, Buffer.from('{}'), acls(everybody), zookeeper.CreateMode.PERSISTENT, (error) =>
      error ? reject(error) : resolve(),
    );
  });
}

function permit(path: string, everybody: number): Promise<void> {
  return new Promise((resolve, reject) => {
    owner.setACL(path, acls(everybody), -1, (error) => (error ? reject(error) : resolve()));
  });
}

function remove(path: string): Promise<void> {
  return new Promise((resolve, reject) => owner.remove(path, -1, (error) => (error ? reject(error) : resolve())));
}

describe.each(zooKeepers)('on $name', ({ name, registry: open }) => {
  it(quote(failureTable.notPermitted), async () => {
    const folder = `/on-${name}`;
    await make(folder, Permission.READ);
    const { registry, log } = PhaseLog.of(open, { servers: server.address, timeoutMs: 4_000 });
    onTestFinished(() => registry.stop());
    await expect(registry.setNode(`${folder}/mine`)).rejects.toBeInstanceOf(NotAuthorizedError);
    await expect(registry.setData(folder, { a: 1 })).rejects.toBeInstanceOf(NotAuthorizedError);
    await expect(registry.setNode(`${folder}/mine`)).rejects.toMatchObject({ path: `${folder}/mine` });

    await permit(folder, Permission.ALL);
    await registry.setNode(`${folder}/mine`, { a: 1 });
    await permit(folder, Permission.READ);
    expect(log.faults).toEqual([]);
    await remove(`${folder}/mine`);
    await waitUntil('it has been tried three times', () => log.faults.length >= 3);
    for (const fault of log.faults) expect(fault).toMatch(/^ERR_NDSR_NOT_AUTHORIZED/);
    await permit(folder, Permission.ALL);
    await registry.get(folder);
    await waitUntil('it is registered again', () => registry.peek(folder)?.children.mine?.a === 1);
    // After 0, 1, 3 and 7 seconds: a backoff, not a loop.
    expect(log.faults.length).toBeLessThanOrEqual(4);
  }, 180_000);
});

describe('on memory', () => {
  it(quote(failureTable.notPermitted), async () => {
    const store = new MemoryStore();
    const { registry, log } = PhaseLog.of((options) => new MemoryServiceRegistry(options), { store, timeoutMs: 4_000 });
    onTestFinished(() => registry.stop());
    const forbid = () => store.refuse({ operation: 'create', path: '/mine', error: new NotAuthorizedError('/mine') });
    const permitAgain = forbid();
    await expect(registry.setNode('/mine')).rejects.toBeInstanceOf(NotAuthorizedError);
    permitAgain();
    await registry.setNode('/mine', { a: 1 });
    const permitAtLast = forbid();
    await store.expire(registry);
    await waitUntil('it has been tried twice', () => log.faults.length >= 2);
    for (const fault of log.faults) expect(fault).toMatch(/^ERR_NDSR_NOT_AUTHORIZED/);
    permitAtLast();
    await registry.get('/mine');
    await waitUntil('it is registered again', () => registry.peek('/mine')?.data?.a === 1);
    expect(log.faults.length).toBeLessThanOrEqual(3);
  });
});
