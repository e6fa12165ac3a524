import type { ServerAddress, ZooKeeperClient } from '@ndsr/zookeeper-common';
import type { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { FaultyRoute } from '@ndsr/zookeeper-testing';
import type { ClientFixture } from '@ndsr/zookeeper-testing/client-suite';
import { createZooKeeperJsClient, type TlsOptions } from '../../../src/index.js';
import { connectWith } from './connect-with.js';

let fixtures = 0;

/** Clients on a server that others use too, each fixture below a node of its own; over its secure port with `tls`. */
export async function openRealClients(server: ZooKeeperServer, tls?: TlsOptions): Promise<ClientFixture> {
  const root = `/clients-${++fixtures}`;
  const connect = connectWith(tls);
  const direct = tls === undefined ? server : server.secure;
  // Servers are slow with TLS.
  const sessionTimeoutMs = tls === undefined ? 4_000 : 8_000;
  const route = await FaultyRoute.open(server, direct);
  const make = ({ host, port }: ServerAddress): ZooKeeperClient =>
    createZooKeeperJsClient({ servers: [{ host, port }], sessionTimeoutMs }, { connect });
  await makeRoot(make(direct), root);
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
    witness: () => make(direct),
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
