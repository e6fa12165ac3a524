import { type Direction, FaultProxy, type ZooKeeperServer } from '@ndsr/zookeeper-testing';
import type { FaultInjector } from '../environment/environment.js';
import type { MemoryEnvironment } from '../environment/memory-environment.js';
import type { ZooKeeperFault } from '../environment/zookeeper-environment.js';
import type { Fault } from './fault.js';

/** Faults of the connection to servers that keep running. */
export const linkFaults: readonly Fault[] = [
  {
    name: 'half-open link',
    timeoutMs: 1_200,
    durationMs: 2_600,
    memory: { because: 'it has no sockets; requests that nobody answers are what a stalled server is' },
    zookeeper: (chance) => {
      const existingOnly = chance.pick('existing connections only', [true, false]);
      return overProxy((proxy) => proxy.stall({ existingOnly }));
    },
  },
  {
    name: 'cut frame',
    timeoutMs: 2_000,
    durationMs: 600,
    memory: answersLost,
    zookeeper: (chance) => {
      const direction = chance.pick<Direction>('direction', ['to-client', 'to-server']);
      return overProxy((proxy) => proxy.cutMidFrame({ direction }));
    },
  },
  {
    name: 'latency of 1 s each way',
    timeoutMs: 4_000,
    durationMs: 4_000,
    memory: ({ store }) => ({
      serversAnswer: true,
      inject: async () => store.delay(1_000),
      heal: async () => store.delay(0),
    }),
    zookeeper: () => overProxy((proxy) => proxy.delay(1_000)),
  },
  {
    name: '20,000 watched paths, and a reconnect',
    timeoutMs: 20_000,
    durationMs: 500,
    watchedPaths: 20_000,
    memory: ({ store }) => ({ serversAnswer: false, inject: () => store.goDown(), heal: () => store.comeBack() }),
    zookeeper: () => overProxy((proxy) => proxy.refuse()),
  },
];

function overProxy(inject: (proxy: FaultProxy) => Promise<void>): ZooKeeperFault {
  const prepare = async (server: ZooKeeperServer) => {
    const proxy = await FaultProxy.open({ upstream: server });
    return {
      servers: proxy.address,
      serversAnswer: true,
      inject: () => inject(proxy),
      heal: () => proxy.pass(),
      close: () => proxy.close(),
    };
  };
  return { servers: 1, prepare };
}

/** Requests are executed during the fault, and their answers are lost when the connection breaks. */
function answersLost({ store }: MemoryEnvironment): FaultInjector {
  let release = (): void => undefined;
  return {
    serversAnswer: false,
    async inject() {
      release = store.hold();
    },
    async heal() {
      await store.goDown();
      release();
      await store.comeBack();
    },
  };
}
