import type { ServerAddress, ZooKeeperClient } from '@ndsr/zookeeper-common';
import type { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { FaultyRoute } from '@ndsr/zookeeper-testing';
import type { ClientFixture } from '@ndsr/zookeeper-testing/client-suite';
import { createZooKeeperNativeClient } from '../../../src/index.js';

let fixtures = 0;

/** Clients on a server that others use too, each fixture below a node of its own. */
export async function openRealClients(server: ZooKeeperServer): Promise<ClientFixture> {
  const root = `/clients-${++fixtures}`;
  const route = await FaultyRoute.open(server);
  const make = ({ host, port }: ServerAddress): ZooKeeperClient =>
    createZooKeeperNativeClient({ servers: [{ host, port }], sessionTimeoutMs: 4_000 });
  await makeRoot(make(server), root);
  return {
    root,
    client: () => {
      const client = make(route);
      const connect = client.connect.bind(client);
      client.connect = (observer) =>
        connect((event) => {
          if (event.type === 'connected') route.connected(client, event.sessionId);
          observer(event);
        });
      return client;
    },
    witness: () => make(server),
    faults: {
      goDown: () => route.goDown(),
      comeBack: () => route.comeBack(),
      expire: (client) => route.expire(client),
      halfOpen: () => route.halfOpen(),
    },
    close: () => route.close(),
  };
}

async function makeRoot(client: ZooKeeperClient, root: string): Promise<void> {
  await new Promise<void>((resolve) => client.connect(({ type }) => type === 'connected' && resolve()));
  await client.create(root, null, 'persistent');
  await client.close();
}
