import type { NodeSnapshot } from '@ndsr/core';
import { waitUntil } from '@ndsr/test-support';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ZooKeeperJsServiceRegistry } from '../../src/index.js';
import { startProcess } from './start-process.js';

const statFields = [
  'czxid',
  'mzxid',
  'ctime',
  'mtime',
  'version',
  'cversion',
  'aversion',
  'ephemeralOwner',
  'dataLength',
  'numChildren',
  'pzxid',
];

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
});
afterAll(() => server.stop());

it('shows another process what one has registered, and that it is gone when it was killed', async () => {
  const holder = startProcess('register-and-hold', [server.address, '/services/ssh/server1:22', '{"foo":"bar"}']);
  await holder.next();
  await using registry = new ZooKeeperJsServiceRegistry({ servers: server.address });
  const heard: NodeSnapshot[] = [];
  const seen = await registry.get('/services/ssh', { callback: (snapshot) => heard.push(snapshot) });

  expect(seen.data).toBeNull();
  expect(Object.keys(seen.children)).toEqual(['server1:22']);
  expect(seen.children['server1:22']).toEqual({
    pid: expect.any(Number),
    created: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    foo: 'bar',
  });
  expect(Object.keys(seen.stat ?? {}).sort()).toEqual([...statFields].sort());
  expect(heard).toEqual([seen]);

  // For so long the server waits for the one that is killed: how fast the machine is says nothing about that.
  const owner = (await registry.get('/services/ssh/server1:22')).stat?.ephemeralOwner ?? 0n;
  expect(await server.command('cons')).toMatch(new RegExp(`sid=0x${owner.toString(16)},.*,to=4000,`));
  holder.kill();
  await holder.exited;
  await waitUntil('the callback hears that it is gone', () => heard.at(-1)?.children['server1:22'] === undefined);
  expect(heard).toHaveLength(2);
  expect((await registry.get('/services/ssh')).children).toEqual({});
});
