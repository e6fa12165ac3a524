import { type Direction, FaultProxy, type ZooKeeperServer } from '@ndsr/zookeeper-testing';
import type { FaultInjector } from '../environment/environment.js';
import type { MemoryEnvironment } from '../environment/memory-environment.js';
import type { ZooKeeperFault } from '../environment/zookeeper-environment.js';
import { type Fault, injected } from './fault.js';
import { type Heal, network } from './injectors.mjs';

/** Faults of the connection to servers that keep running. */
export const linkFaults: readonly Fault[] = [
  {
    name: 'half-open link',
    timeoutMs: 1_200,
    durationMs: 2_600,
    memory: { because: 'it has no sockets; unanswered requests are the fault of a stalled server' },
    zookeeper: (random) => {
      const existingOnly = random.of('existing connections only').pick([true, false]);
      return overProxy((proxies) => network.stall(proxies, { existingOnly }));
    },
  },
  {
    name: 'cut frame',
    timeoutMs: 2_000,
    durationMs: 600,
    memory: answersLost,
    zookeeper: (random) => {
      const direction = random.of('direction').pick<Direction>(['to-client', 'to-server']);
      return overProxy((proxies) => network.cutMidFrame(proxies, { direction }));
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
    zookeeper: () => overProxy((proxies) => network.delay(proxies, 1_000)),
  },
  {
    name: '20,000 watched paths, and a reconnect',
    timeoutMs: 20_000,
    durationMs: 500,
    watchedPaths: 20_000,
    memory: ({ store }) => ({ serversAnswer: false, inject: () => store.goDown(), heal: () => store.comeBack() }),
    zookeeper: () => overProxy((proxies) => network.refuse(proxies)),
  },
];

function overProxy(inject: (proxies: readonly FaultProxy[]) => Promise<Heal>): ZooKeeperFault {
  const prepare = async (server: ZooKeeperServer) => {
    const proxy = await FaultProxy.open({ upstream: server });
    return {
      servers: proxy.address,
      serversAnswer: true,
      ...injected(() => inject([proxy])),
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
