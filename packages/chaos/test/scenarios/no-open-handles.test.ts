import { waitUntil } from '@ndsr/test-support';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { describe, expect, it } from 'vitest';
import { startProcess } from './support/start-process.js';

// The native library has handles that keep a process alive.
describe.each(['zookeeper', 'zookeeper-js'])('%s lets a process end by itself', (backend) => {
  it('that made, used and stopped 100 registries, with no socket left', async () => {
    await using server = await ZooKeeperServer.start();
    const child = startProcess('hundred-registries', [`${backend}://${server.address}?timeoutMs=10000`]);
    const said = JSON.parse(await child.next());
    expect(said).toEqual({ before: 0, after: 0, rejections: [] });
    expect(await child.exited).toBe(0);
    expect(child.errors).toBe('');
    // At the server, too: no session and no ephemeral node stayed behind.
    await waitUntil('no session is left', async () => (await server.counters()).connections === 0);
    expect((await server.counters()).ephemerals).toBe(0);
  }, 180_000);

  it('that has an open registry with a callback', async () => {
    await using server = await ZooKeeperServer.start();
    const child = startProcess('leave-open', [`${backend}://${server.address}?timeoutMs=10000`]);
    expect(await child.next()).toBe('connected');
    expect(await child.exited, child.errors).toBe(0);
    expect(child.errors).toBe('');
  }, 180_000);
});
