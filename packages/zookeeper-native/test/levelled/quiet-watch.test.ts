import { ServiceRegistry } from '@ndsr/core';
import type { BackendContext } from '@ndsr/core/backend';
import { parseServerList, ZooKeeperBackend, type ZooKeeperClient } from '@ndsr/zookeeper-common';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type BindingName, bindingNames, bindings, openRegistry } from './both.js';

// The behaviour of a server with the fix of CVE-2024-23944: the watch of a client that may not read the node is used up
// without a word. To the client it is an event that never came.

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
});
afterAll(() => server.stop());

/** A registry on a real server that receives no event for `deaf.path`. */
class DeafRegistry extends ServiceRegistry {
  readonly deaf: { path: string | undefined } = { path: undefined };
  readonly #name: BindingName;
  readonly #servers: string;

  constructor(name: BindingName, servers: string) {
    super({ safetyRereadMs: 500, timeoutMs: 4_000, logger: silent });
    this.#name = name;
    this.#servers = servers;
  }

  protected override createBackend(context: BackendContext): ZooKeeperBackend {
    const { createClient, atomicReplace } = bindings[this.#name];
    return new ZooKeeperBackend({
      name: this.#name,
      serverList: parseServerList(this.#servers),
      createClient: (options) => this.#deafened(createClient(options)),
      context,
      atomicReplace,
      letsProcessEnd: atomicReplace,
    });
  }

  #deafened(client: ZooKeeperClient): ZooKeeperClient {
    const connect = client.connect.bind(client);
    client.connect = (observer) =>
      connect((event) => {
        if (event.type !== 'watch' || this.deaf.path === undefined || !event.event.path.endsWith(this.deaf.path))
          observer(event);
      });
    return client;
  }
}

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe.each(bindingNames)('a watch that is used up without a word, on %s', (name) => {
  async function open() {
    const servers = `${server.address}/quiet-${name}-${Math.random().toString(36).slice(2)}`;
    const other = openRegistry(name, servers);
    const registry = new DeafRegistry(name, servers);
    onTestFinished(() => registry.stop());
    const missed: string[] = [];
    registry.on('fault', ({ error }) => missed.push(`${error.code} ${error.path}`));
    await Promise.all([registry.start(), other.start()]);
    return { registry, other, missed };
  }

  test('is begun again, and what it missed is seen', async () => {
    const { registry, other, missed } = await open();
    await other.setData('/w', { n: 1 });
    await registry.get('/w');
    registry.deaf.path = '/w';
    await other.setData('/w', { n: 2 });
    await expect.poll(() => registry.peek('/w')?.data?.n, { timeout: 60_000 }).toBe(2);
    expect(missed).toEqual(['ERR_NDSR_MISSED_CHANGE /w']);
    registry.deaf.path = undefined;
    await other.setData('/w', { n: 3 });
    await expect.poll(() => registry.peek('/w')?.data?.n, { timeout: 60_000 }).toBe(3);
    // By the watch, and not by the next read, which would report it again.
    expect(missed).toEqual(['ERR_NDSR_MISSED_CHANGE /w']);
  });

  test('of a registration that another client removed: it is registered again', async () => {
    const { registry, other, missed } = await open();
    await registry.setNode('/s/me', { a: 1 });
    registry.deaf.path = '/s/me';
    await other.unset('/s/me', { force: true });
    expect((await other.get('/s/me')).stat).toBe(null);
    await expect.poll(() => other.peek('/s/me')?.data?.a, { timeout: 60_000 }).toBe(1);
    expect(missed).toEqual(['ERR_NDSR_MISSED_CHANGE /s/me']);
  });
});
