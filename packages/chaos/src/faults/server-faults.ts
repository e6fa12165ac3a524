import { SessionTap, type ZooKeeperServer } from '@ndsr/zookeeper-testing';
import type { FaultInjector } from '../environment/environment.js';
import type { MemoryEnvironment } from '../environment/memory-environment.js';
import type { ZooKeeperFault } from '../environment/zookeeper-environment.js';
import { type Fault, injected, nothingToHeal } from './fault.js';
import { freezeServer, type Heal, killServers } from './injectors.mjs';

/** Faults of a single server. */
export const serverFaults: readonly Fault[] = [
  {
    name: 'server killed and restarted within the session timeout',
    timeoutMs: 8_000,
    durationMs: 200,
    memory: ({ store }) => ({ serversAnswer: false, inject: () => store.goDown(), heal: () => store.comeBack() }),
    zookeeper: () => atServer((server) => killServers([server])),
  },
  {
    name: 'server killed and restarted past the session timeout',
    timeoutMs: 1_000,
    durationMs: 1_600,
    memory: (environment) => ({
      serversAnswer: false,
      async inject() {
        await environment.store.goDown();
        await environment.expireAll();
      },
      heal: () => environment.store.comeBack(),
    }),
    zookeeper: () => atServer((server) => killServers([server])),
  },
  {
    name: 'session ended by the server',
    timeoutMs: 1_500,
    durationMs: 300,
    memory: (environment) => ({ serversAnswer: true, inject: () => environment.expireAll(), heal: nothingToHeal }),
    zookeeper: () => ({ servers: 1, prepare: endSessions }),
  },
  {
    name: 'server stalled for less than the session timeout',
    timeoutMs: 3_000,
    durationMs: 800,
    memory: held,
    zookeeper: () => atServer(freezeServer),
  },
  {
    name: 'server stalled for longer than the session timeout',
    timeoutMs: 1_000,
    durationMs: 2_400,
    memory: held,
    zookeeper: () => atServer(freezeServer),
  },
];

function atServer(inject: (server: ZooKeeperServer) => Promise<Heal>): ZooKeeperFault {
  const prepare = async (server: ZooKeeperServer) => ({
    servers: server.address,
    serversAnswer: false,
    ...injected(() => inject(server)),
  });
  return { servers: 1, prepare };
}

async function endSessions(server: ZooKeeperServer) {
  const tap = await SessionTap.open(server);
  return {
    servers: `${tap.host}:${tap.port}`,
    serversAnswer: true,
    inject: async () => void (await Promise.all(tap.sessions.map((session) => tap.end(session)))),
    heal: nothingToHeal,
    close: async () => tap.close(),
  };
}

/** Requests are executed, but their answers are held back. */
function held({ store }: MemoryEnvironment): FaultInjector {
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
