import { waitUntil } from '@ndsr/test-support';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZooKeeperJsServiceRegistry } from '../../src/index.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
});
afterAll(() => server.stop());

const watches = async () => (await server.counters()).watches;

describe('unwatch', () => {
  it('leaves no watch at the servers, of nodes that exist, that do not, and of children', async () => {
    const servers = `${server.address}/none-left`;
    await using registry = new ZooKeeperJsServiceRegistry({ servers, recursiveWatches: false });
    for (let i = 0; i < 20; i += 1) await registry.setData(`/made/n${i}`, { i });
    const before = await watches();
    const paths = ['/made', ...Array.from({ length: 200 }, (_, i) => `/missing/n${i}`)];
    await Promise.all(paths.map((path) => registry.get(path)));
    expect(await watches()).toBeGreaterThan(before + 200);
    for (const path of paths) registry.unwatch(path);
    await waitUntil('the watches are gone', async () => (await watches()) <= before);
  });

  it('leaves a parent that is watched its child, and a get at once afterwards its node', async () => {
    await using registry = new ZooKeeperJsServiceRegistry({ servers: `${server.address}/shared` });
    await using writer = new ZooKeeperJsServiceRegistry({ servers: `${server.address}/shared` });
    await writer.setData('/parent/child', { round: 0 });
    for (const path of ['/parent', '/parent/child']) await registry.get(path);
    for (let round = 1; round <= 20; round += 1) {
      registry.unwatch('/parent/child');
      const again = registry.get('/parent/child');
      await writer.setData('/parent/child', { round });
      await again;
      await waitUntil('both show the change', () => {
        const parent = registry.peek('/parent')?.children.child;
        return parent?.round === round && registry.peek('/parent/child')?.data?.round === round;
      });
    }
  });
});
