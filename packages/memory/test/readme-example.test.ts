import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { expect, test } from 'vitest';

test('a client keeps its list of servers through every fault', async () => {
  const store = new MemoryStore();
  const server = new MemoryServiceRegistry({ store });
  const client = new MemoryServiceRegistry({ store });

  // The client is notified of the server before the server's own call resolves.
  const seen: string[][] = [];
  await client.get('/production/ssh', { callback: ({ children }) => seen.push(Object.keys(children)) });
  await server.setNode('/production/ssh/server1:22', { weight: 1 });
  expect(seen).toEqual([[], ['server1:22']]);

  // The registry's servers go down: known snapshots stay, writes are refused.
  await store.goDown();
  expect(client.phase).toBe('suspended');
  expect(Object.keys((await client.get('/production/ssh')).children)).toEqual(['server1:22']);
  await expect(server.setNode('/production/ssh/server2:22')).rejects.toMatchObject({ code: 'ERR_NDSR_NO_CONNECTION' });

  // They are back, and so are the sessions.
  await store.comeBack();
  expect(client.getState()).toBe(true);
  expect(store.dump()).toContain('/production/ssh/server1:22');

  // A session expires: its nodes are deleted, the client is notified, and the server registers again automatically.
  await store.expire(server);
  await client.get('/production/ssh', { minChildren: 1, waitMs: 1000 });
  expect(seen).toEqual([[], ['server1:22'], [], ['server1:22']]);

  // A server that stops is gone before `stop` resolves.
  await server.stop();
  expect(seen.at(-1)).toEqual([]);
  await client.stop();
});
