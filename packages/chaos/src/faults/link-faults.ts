import { type Direction, FaultProxy, type ZooKeeperServer } from '@ndsr/zookeeper-testing';
import type { MemorySite } from '../sites/memory-site.js';
import type { Harm } from '../sites/site.js';
import type { ZooKeeperMeans } from '../sites/zookeeper-site.js';
import type { Fault } from './fault.js';

/** What befalls the link to the servers, while the servers go on. */
export const linkFaults: readonly Fault[] = [
  {
    name: 'half-open link',
    timeoutMs: 1_200,
    lastsMs: 2_600,
    memory: { because: 'it has no sockets; requests that nobody answers are what a stalled server is' },
    zookeeper: (chance) => {
      const existingOnly = chance.pick('existing connections only', [true, false]);
      return overProxy((proxy) => proxy.stall({ existingOnly }));
    },
  },
  {
    name: 'cut frame',
    timeoutMs: 2_000,
    lastsMs: 600,
    memory: answersLost,
    zookeeper: (chance) => {
      const direction = chance.pick<Direction>('direction', ['to-client', 'to-server']);
      return overProxy((proxy) => proxy.cutMidFrame({ direction }));
    },
  },
  {
    name: 'latency of 1 s each way',
    timeoutMs: 4_000,
    lastsMs: 4_000,
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
    lastsMs: 500,
    crowd: 20_000,
    memory: ({ store }) => ({ serversAnswer: false, inject: () => store.goDown(), heal: () => store.comeBack() }),
    zookeeper: () => overProxy((proxy) => proxy.refuse()),
  },
];

function overProxy(inject: (proxy: FaultProxy) => Promise<void>): ZooKeeperMeans {
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

/** What was asked meanwhile is carried out, and the answers are lost when the link breaks. */
function answersLost({ store }: MemorySite): Harm {
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
