import { waitUntil } from '@ndsr/test-support';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { expect, it } from 'vitest';
import { startProcess } from './start-process.js';

it('lets a process that made, used and stopped 100 registries end by itself, with no socket left', async () => {
  await using server = await ZooKeeperServer.start();
  const child = startProcess('hundred-registries', [server.address]);
  const said = JSON.parse(await child.next());
  expect(said).toEqual({ before: 0, after: 0, rejections: [] });
  expect(await child.exited).toBe(0);
  expect(child.errors).toBe('');
  // At the server, too: no session and no ephemeral node stayed behind.
  await waitUntil('no session is left', async () => (await server.counters()).connections === 0);
  expect((await server.counters()).ephemerals).toBe(0);
}, 180_000);
