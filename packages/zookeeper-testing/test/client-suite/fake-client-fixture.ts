import type { ZooKeeperClient } from '@ndsr/zookeeper-common';
import type { ClientFixture } from '../../src/client-suite/index.js';
import { FakeZooKeeper } from '../../src/fake/index.js';

const options = { servers: [{ host: 'fake', port: 2181 }], sessionTimeoutMs: 4_000 };

/** Wraps a correct client of the fake ensemble: with damage, if the suite itself is tested. */
export type Wrap = (sound: ZooKeeperClient) => ZooKeeperClient;

/** Opens clients on a separate fake ensemble. */
export async function openFakeClients(wrap: Wrap = (sound) => sound): Promise<ClientFixture> {
  const zooKeeper = new FakeZooKeeper();
  zooKeeper.tree.create('/root', null);
  const sounds = new Map<ZooKeeperClient, ZooKeeperClient>();
  let isDown = false;
  return {
    root: '/root',
    client: () => {
      const sound = zooKeeper.createClient(options);
      const client = wrap(sound);
      sounds.set(client, sound);
      if (isDown) zooKeeper.cutOff(sound);
      return client;
    },
    witness: () => zooKeeper.createClient(options),
    faults: {
      goDown: async () => {
        isDown = true;
        for (const sound of sounds.values()) zooKeeper.cutOff(sound);
      },
      comeBack: async () => {
        isDown = false;
        for (const sound of sounds.values()) zooKeeper.reconnect(sound);
      },
      expire: async (client) => zooKeeper.expire(sounds.get(client) ?? client),
    },
    close: async () => {
      // Nothing to close: an ensemble exists in memory only.
    },
  };
}
