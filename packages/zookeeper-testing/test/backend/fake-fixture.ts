import type { BackendFixture } from '@ndsr/conformance';
import { defaultLogger, systemClock } from '@ndsr/core/backend';
import type { ZooKeeperClient } from '@ndsr/zookeeper-common';
import { parseServerList, ZooKeeperBackend } from '@ndsr/zookeeper-common';
import { FakeZooKeeper } from '../../src/fake/index.js';

/** Opens backends on a separate fake ensemble. */
export async function openFakeBackends(chroot = '/', recursiveWatches = true): Promise<BackendFixture> {
  const zooKeeper = new FakeZooKeeper();
  const clients = new Map<unknown, ZooKeeperClient>();
  const clientOf = (backend: unknown): ZooKeeperClient => {
    const client = clients.get(backend);
    if (client === undefined) throw new TypeError('no backend of this fixture');
    return client;
  };
  return {
    backend: () => {
      const backend: ZooKeeperBackend = new ZooKeeperBackend({
        name: 'zookeeper-fake',
        serverList: parseServerList(`fake${chroot}`),
        createClient: (options) => {
          const client = zooKeeper.createClient(options);
          clients.set(backend, client);
          return client;
        },
        context: {
          clock: systemClock,
          logger: defaultLogger,
          random: Math.random,
          timeoutMs: 4_000,
          requestTimeoutMs: 8_000,
        },
        atomicReplace: true,
        atomicCreateAndRemove: true,
        recursiveWatches,
        letsProcessEnd: true,
      });
      return backend;
    },
    faults: {
      goDown: async () => zooKeeper.goDown(),
      comeBack: async () => zooKeeper.comeBack(),
      expire: async (backend) => zooKeeper.expire(clientOf(backend)),
      cutOff: async (backend) => zooKeeper.cutOff(clientOf(backend)),
      reconnect: async (backend) => zooKeeper.reconnect(clientOf(backend)),
    },
    close: async () => {
      // Nothing to close: an ensemble exists in memory only.
    },
  };
}
