import { type RegistryOptions, ServiceRegistry, TamperedNodeError } from '@ndsr/core';
import type { BackendContext, RegistryBackend } from '@ndsr/core/backend';
import { parseServerList, ZooKeeperBackend } from '@ndsr/zookeeper-common';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { createZooKeeperNativeClient } from '../../src/zookeeper-native-client.js';
import { Intruder } from './intruder.js';
import { type InWindow, withWindow } from './window.js';

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const soon = { timeout: 60_000, interval: 20 };

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
});
afterAll(() => server.stop());

/** Like `ZooKeeperNativeServiceRegistry`, with a hook in each window. */
class WindowedRegistry extends ServiceRegistry {
  happens: InWindow = async () => undefined;

  constructor(options: RegistryOptions) {
    super({ timeoutMs: 4_000, restoreJitterMs: 0, logger: silent, username: 'ann', password: 'secret', ...options });
    onTestFinished(() => this.stop());
  }

  protected override createBackend(context: BackendContext): RegistryBackend {
    const load = withWindow((path) => this.happens(path));
    return new ZooKeeperBackend({
      name: 'zookeeper-native',
      serverList: parseServerList(`${server.address}/chroot`),
      createClient: (options) => createZooKeeperNativeClient(options, { clock: context.clock, load }),
      context,
      atomicReplace: false,
      letsProcessEnd: false,
    });
  }
}

test('a node that is tampered with is refused to its caller, who may try again', async () => {
  const intruder = await Intruder.connect(server);
  const registry = new WindowedRegistry({});
  await registry.setData('/services/first');
  registry.happens = (path) => intruder.claim(path);
  for (const call of [() => registry.setNode('/services/host'), () => registry.setData('/services/data')]) {
    const error = await call().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TamperedNodeError);
    expect(error).toMatchObject({ path: expect.stringMatching(/^\/services\/(host|data)$/) });
    expect(String(error)).toContain('its ACL was changed; it was removed');
  }
  registry.happens = async () => undefined;
  expect(Object.keys((await registry.get('/services')).children)).toEqual(['first']);
  expect(await registry.setNode('/services/host')).toBe(true);
});

test('in the background it is a fault, and made once more', async () => {
  const intruder = await Intruder.connect(server);
  const registry = new WindowedRegistry({});
  const faults: Error[] = [];
  registry.on('fault', ({ error }) => faults.push(error));
  await registry.setNode('/again/host', { port: 22 });
  const before = (await registry.get('/again/host')).data;
  let claims = 2;
  registry.happens = async (path) => {
    if (claims-- > 0) await intruder.claim(path, 1);
    else await new Promise((resolve) => setTimeout(resolve, 100));
  };
  // Not what `get` shows: the node is there, with its data, before it is restricted.
  const registered = vi.fn();
  registry.on('registered', registered);
  await registry.rebuild();
  await vi.waitFor(() => expect(registered).toHaveBeenCalledOnce(), soon);
  expect(faults).toHaveLength(2);
  for (const fault of faults) expect(fault).toBeInstanceOf(TamperedNodeError);
  expect((await registry.get('/again/host')).data).toEqual(before);
  await intruder.write('/chroot/again/host');
  expect(intruder.codes.at(-1)).toBe(-102);
});
