import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { expect, test } from 'vitest';

test('a client keeps its servers through every trouble', async () => {
  const store = new MemoryStore();
  const server = new MemoryServiceRegistry({ store });
  const client = new MemoryServiceRegistry({ store });

  // The client is told of the server before the server's own call resolves.
  const seen: string[][] = [];
  await client.get('/production/ssh', { callback: ({ children }) => seen.push(Object.keys(children)) });
  await server.setNode('/production/ssh/server1:22', { weight: 1 });
  expect(seen).toEqual([[], ['server1:22']]);

  // The servers of the registry go down: what is known stays, writes are refused.
  await store.goDown();
  expect(client.phase).toBe('suspended');
  expect(Object.keys((await client.get('/production/ssh')).children)).toEqual(['server1:22']);
  await expect(server.setNode('/production/ssh/server2:22')).rejects.toMatchObject({ code: 'ERR_NDSR_NO_CONNECTION' });

  // They come back, and so do the sessions.
  await store.comeBack();
  expect(client.getState()).toBe(true);
  expect(store.dump()).toContain('/production/ssh/server1:22');

  // One session ends: its nodes go, the client hears of it, and the server registers again by itself.
  await store.expire(server);
  await client.get('/production/ssh', { minChildren: 1, waitMs: 1000 });
  expect(seen).toEqual([[], ['server1:22'], [], ['server1:22']]);

  // Whoever stops has left before `stop` resolves.
  await server.stop();
  expect(seen.at(-1)).toEqual([]);
  await client.stop();
});
