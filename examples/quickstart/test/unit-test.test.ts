import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { expect, test } from 'vitest';

test('a client is notified when a server dies', async () => {
  const store = new MemoryStore();
  const server = new MemoryServiceRegistry({ store });
  const client = new MemoryServiceRegistry({ store });
  const seen: string[][] = [];

  await client.get('/production/ssh', { callback: ({ children }) => seen.push(Object.keys(children)) });
  await server.setNode('/production/ssh/server1:22');
  await store.expire(server); // its session expires; the server makes a new one and registers again
  await client.get('/production/ssh', { minChildren: 1, waitMs: 1000 });

  expect(seen).toEqual([[], ['server1:22'], [], ['server1:22']]);
  await Promise.all([server.stop(), client.stop()]);
});
