import { SessionTap, type ZooKeeperServer } from '@ndsr/zookeeper-testing';
import type { MemorySite } from '../sites/memory-site.js';
import type { Harm } from '../sites/site.js';
import type { ZooKeeperMeans } from '../sites/zookeeper-site.js';
import { byItself, type Fault } from './fault.js';

/** What befalls a server that stands alone. */
export const serverFaults: readonly Fault[] = [
  {
    name: 'server killed and restarted within the session timeout',
    timeoutMs: 8_000,
    lastsMs: 200,
    memory: ({ store }) => ({ serversAnswer: false, inject: () => store.goDown(), heal: () => store.comeBack() }),
    zookeeper: () => atServer({ inject: (server) => server.kill(), heal: (server) => server.restart() }),
  },
  {
    name: 'server killed and restarted past the session timeout',
    timeoutMs: 1_000,
    lastsMs: 1_600,
    memory: (site) => ({
      serversAnswer: false,
      async inject() {
        await site.store.goDown();
        await site.expireAll();
      },
      heal: () => site.store.comeBack(),
    }),
    zookeeper: () => atServer({ inject: (server) => server.kill(), heal: (server) => server.restart() }),
  },
  {
    name: 'session ended by the server',
    timeoutMs: 1_500,
    lastsMs: 300,
    memory: (site) => ({ serversAnswer: true, inject: () => site.expireAll(), heal: byItself }),
    zookeeper: () => ({ servers: 1, prepare: endSessions }),
  },
  {
    name: 'server stalled for less than the session timeout',
    timeoutMs: 3_000,
    lastsMs: 800,
    memory: held,
    zookeeper: () => atServer(stalled),
  },
  {
    name: 'server stalled for longer than the session timeout',
    timeoutMs: 1_000,
    lastsMs: 2_400,
    memory: held,
    zookeeper: () => atServer(stalled),
  },
];

interface ServerHarm {
  inject(server: ZooKeeperServer): Promise<void>;
  heal(server: ZooKeeperServer): Promise<void>;
}

const stalled: ServerHarm = {
  inject: (server) => server.freeze(),
  async heal(server) {
    server.thaw();
    await server.waitUntilServing();
  },
};

function atServer({ inject, heal }: ServerHarm): ZooKeeperMeans {
  const prepare = async (server: ZooKeeperServer) => ({
    servers: server.address,
    serversAnswer: false,
    inject: () => inject(server),
    heal: () => heal(server),
  });
  return { servers: 1, prepare };
}

async function endSessions(server: ZooKeeperServer) {
  const tap = await SessionTap.open(server);
  return {
    servers: `${tap.host}:${tap.port}`,
    serversAnswer: true,
    inject: async () => void (await Promise.all(tap.sessions.map((session) => tap.end(session)))),
    heal: byItself,
    close: async () => tap.close(),
  };
}

/** It carries out what it is asked, and does not say so. */
function held({ store }: MemorySite): Harm {
  let release = (): void => undefined;
  return {
    serversAnswer: false,
    async inject() {
      release = store.hold();
    },
    async heal() {
      release();
    },
  };
}
