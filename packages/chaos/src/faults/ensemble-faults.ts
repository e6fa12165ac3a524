import type { ZooKeeperEnsemble, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import type { ZooKeeperFault } from '../environment/zookeeper-environment.js';
import { type Fault, injected } from './fault.js';
import { killServers } from './injectors.mjs';

const memory = { because: 'it is one server, which never fails partially' };

/** Faults of some of the servers in an ensemble of three. */
export const ensembleFaults: readonly Fault[] = [
  {
    name: 'leader killed',
    timeoutMs: 2_000,
    durationMs: 800,
    memory,
    zookeeper: () => kills({ serversAnswer: false, victims: async (ensemble) => [await ensemble.leader()] }),
  },
  {
    name: 'connected server killed',
    timeoutMs: 2_000,
    durationMs: 800,
    memory,
    zookeeper: () => kills({ serversAnswer: true, victims: async (ensemble) => [await busiest(ensemble)] }),
  },
  {
    name: 'quorum lost and back',
    timeoutMs: 1_500,
    durationMs: 2_500,
    memory,
    zookeeper: (random) =>
      kills({
        serversAnswer: false,
        victims: async ({ servers }) => {
          const survivor = random.of('survivor').between(0, servers.length - 1);
          return servers.filter((_, index) => index !== survivor);
        },
      }),
  },
];

interface Kill {
  readonly serversAnswer: boolean;
  victims(ensemble: ZooKeeperEnsemble): Promise<readonly ZooKeeperServer[]>;
}

/** Kills servers and restarts the same ones. */
function kills({ serversAnswer, victims }: Kill): ZooKeeperFault {
  const prepare = async (ensemble: ZooKeeperEnsemble) => ({
    servers: ensemble.connectString,
    serversAnswer,
    ...injected(async () => killServers(await victims(ensemble))),
  });
  return { servers: 3, prepare };
}

/** The follower with the most connections. */
async function busiest(ensemble: ZooKeeperEnsemble): Promise<ZooKeeperServer> {
  const followers = await ensemble.followers();
  const counted = followers.map(async (server) => ({ server, connections: (await server.counters()).connections }));
  const [most] = (await Promise.all(counted)).sort((a, b) => b.connections - a.connections);
  if (most === undefined || most.connections === 0) throw new Error('no follower has a connection');
  return most.server;
}
