import { SessionTap } from '@ndsr/zookeeper-testing';
import type { ZooKeeperMeans } from '../sites/zookeeper-site.js';
import type { Fault } from './fault.js';

/** The server dies and is started again on the same port with the same data. */
const killed: ZooKeeperMeans = {
  servers: 1,
  prepare: async (server) => ({
    servers: server.address,
    serversAnswer: false,
    inject: () => server.kill(),
    heal: () => server.restart(),
  }),
};

export const serverFaults: readonly Fault[] = [
  {
    name: 'server killed and restarted within the session timeout',
    timeoutMs: 4_000,
    lastsMs: 200,
    memory: ({ store }) => ({ serversAnswer: false, inject: () => store.goDown(), heal: () => store.comeBack() }),
    zookeeper: () => killed,
  },
  {
    name: 'session ended by the server',
    timeoutMs: 1_500,
    lastsMs: 300,
    memory: (site) => ({ serversAnswer: true, inject: () => site.expireAll(), heal: nothing }),
    zookeeper: () => ({
      servers: 1,
      prepare: async (server) => {
        const tap = await SessionTap.open(server);
        return {
          servers: `${tap.host}:${tap.port}`,
          serversAnswer: true,
          inject: async () => void (await Promise.all(tap.sessions.map((session) => tap.end(session)))),
          heal: nothing,
          close: async () => tap.close(),
        };
      },
    }),
  },
];

/** It heals by itself. */
async function nothing(): Promise<void> {
  // There is nothing to do.
}
