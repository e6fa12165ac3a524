import { BackendError, type NodeSnapshot } from '@ndsr/core';
import { expect, it } from 'vitest';
import { MemoryServiceRegistry, MemoryStore } from '../src/index.js';

it('shows one registry the registration of another, and that it is gone when its session ends', async () => {
  const store = new MemoryStore();
  const server = new MemoryServiceRegistry({ store });
  const client = new MemoryServiceRegistry({ store });
  await server.setNode('/services/ssh/server1:22', { foo: 'bar' });

  const heard: NodeSnapshot[] = [];
  const seen = await client.get('/services/ssh', { callback: (snapshot) => heard.push(snapshot) });
  expect(seen.data).toBeNull();
  expect(seen.children).toEqual({
    'server1:22': {
      pid: process.pid,
      created: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      foo: 'bar',
    },
  });
  expect(seen.stat).toEqual({
    czxid: expect.any(BigInt),
    mzxid: expect.any(BigInt),
    ctime: expect.any(Number),
    mtime: expect.any(Number),
    version: 0,
    cversion: 1,
    aversion: 0,
    ephemeralOwner: 0n,
    dataLength: 0,
    numChildren: 1,
    pzxid: expect.any(BigInt),
  });
  expect(heard).toEqual([seen]);

  // Like SIGKILL for a process: its session ends, and with it its nodes. No timer, no sleep.
  store.refuse({ operation: 'create', error: new BackendError('the process is dead') });
  await store.expire(server);
  expect(heard).toHaveLength(2);
  expect(heard[1]?.children).toEqual({});
  await client.stop();
  await server.stop();
});
