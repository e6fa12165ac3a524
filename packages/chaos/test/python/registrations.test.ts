import type { NodeSnapshot } from '@ndsr/core';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { backends } from './backends.js';
import { PythonPeer } from './python-peer.js';
import { RegisterProcess } from './register-process.js';

const sessionTimeoutMs = 2_000;
const soon = { timeout: 60_000, interval: 20 };

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
});
afterAll(() => server.stop());

/** The session timeouts that the server has granted to its clients, ms, which do not depend on how busy the machine is. */
async function sessionTimeouts(): Promise<number[]> {
  return [...(await server.command('cons')).matchAll(/,to=(\d+),/g)].map(([, ms]) => Number(ms));
}

describe.each(backends)('registrations between Python and $name', ({ name: backend, open }) => {
  const service = `/${backend}/ssh`;
  const instance = `${service}/server1:22`;

  it('are created, changed and removed for a Python watcher, the last by SIGKILL', async () => {
    await using watcher = await PythonPeer.start(server.address);
    await watcher.ask('watch', { path: service });
    await watcher.ask('watch', { path: instance });
    const names = () => watcher.events.filter((event) => event.event === 'children' && event.path === service);
    const views = () => watcher.events.filter((event) => event.event === 'data' && event.path === instance);
    const lastShown = () =>
      views()
        .map((event) => ('shown' in event ? JSON.parse(event.shown) : undefined))
        .at(-1);

    const url = `${backend}://${server.address}?timeoutMs=${sessionTimeoutMs}`;
    using process = new RegisterProcess(url, instance, { round: 1, name: 'grüße' });
    await process.registered();
    await vi.waitFor(() => expect(names().at(-1)).toMatchObject({ names: ['server1:22'] }), soon);
    await vi.waitFor(() => expect(lastShown()).toMatchObject({ pid: process.pid, round: 1, name: 'grüße' }), soon);
    expect(views().at(-1)).toMatchObject({ stat: { version: 0, owner: expect.stringMatching(/^[0-9a-f]{16}$/) } });

    await process.change({ round: 2 });
    await vi.waitFor(() => expect(lastShown()).toMatchObject({ pid: process.pid, round: 2 }), soon);
    expect(views().at(-1)).toMatchObject({ stat: { version: 1 } });

    expect(await sessionTimeouts()).toContain(sessionTimeoutMs);
    process.kill();
    await vi.waitFor(() => expect(views().at(-1)).toMatchObject({ shown: 'null', stat: null }), soon);
    await vi.waitFor(() => expect(names().at(-1)).toMatchObject({ names: [] }), soon);
    // Absent, created, changed, removed, and nothing in between: no excess write.
    const versions = views().map((event) => ('stat' in event ? (event.stat?.version ?? null) : undefined));
    expect(versions).toEqual([null, 0, 1, null]);
    // The service may be observed before its first instance.
    const listed = names().map((event) => ('names' in event ? event.names.join() : undefined));
    expect(listed.join(' > ')).toMatch(/^(?: > )?server1:22 > $/);
  });

  it('of a Python process are created, changed and removed for our watcher, the last by SIGKILL', async () => {
    await using registry = open(server.address);
    const path = `${service}-py`;
    const seen: NodeSnapshot[] = [];
    await registry.get(path, { callback: (snapshot) => seen.push(snapshot) });
    await using python = await PythonPeer.start(server.address, sessionTimeoutMs);

    await python.ask('set_node', { path: `${path}/server2:22`, data: { round: 1 } });
    const child = () => seen.at(-1)?.children['server2:22'];
    await vi.waitFor(() => expect(child()).toMatchObject({ pid: python.pid, round: 1 }), soon);
    await python.ask('change', { path: `${path}/server2:22`, data: { round: 2 } });
    await vi.waitFor(() => expect(child()).toMatchObject({ round: 2 }), soon);
    const { stat } = await registry.get(`${path}/server2:22`);
    expect(stat?.ephemeralOwner.toString(16).padStart(16, '0')).toBe(python.session);

    expect(await sessionTimeouts()).toContain(sessionTimeoutMs);
    await python.kill();
    await vi.waitFor(() => expect(seen.at(-1)?.children).toEqual({}), soon);
    // Another path with its own watch.
    await vi.waitFor(() => expect(registry.peek(`${path}/server2:22`)?.stat).toBeNull(), soon);
  });
});
