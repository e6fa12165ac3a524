import { type BackendContext, type ConnectionEvent, defaultLogger, type RegistryBackend } from '@ndsr/core/backend';
import { FakeClock, turn } from '@ndsr/test-support';
import type { ZooKeeperClient } from '@ndsr/zookeeper-common';
import { parseServerList, ZooKeeperBackend } from '@ndsr/zookeeper-common';
import { FakeZooKeeper } from '../../src/fake/index.js';

const nothing = (): void => undefined;

/** A backend on a fake ensemble, and everything that a test controls. */
export interface OpenBackend {
  readonly zooKeeper: FakeZooKeeper;
  readonly backend: RegistryBackend;
  readonly clock: FakeClock;
  readonly events: ConnectionEvent[];
  /** The backend's current client. */
  client(): ZooKeeperClient;
}

export interface OpenOptions extends Pick<BackendContext, 'credentials' | 'acl'> {
  readonly zooKeeper?: FakeZooKeeper;
  readonly chroot?: string;
  readonly timeoutMs?: number;
  /** @default 60,000: no operation times out */
  readonly requestTimeoutMs?: number;
  /** @default 100 */
  readonly requestsInFlight?: number;
  /** @default false */
  readonly recursiveWatches?: boolean;
  /** Wraps the clients of the ensemble for the backend. */
  readonly wrap?: (sound: ZooKeeperClient) => ZooKeeperClient;
}

export function openBackend({
  zooKeeper = new FakeZooKeeper(),
  chroot = '',
  timeoutMs = 4_000,
  requestTimeoutMs = 60_000,
  wrap = (sound) => sound,
  recursiveWatches = false,
  requestsInFlight = 100,
  credentials,
  acl,
}: OpenOptions = {}): OpenBackend {
  const clock = new FakeClock();
  const events: ConnectionEvent[] = [];
  const clients: ZooKeeperClient[] = [];
  const backend = new ZooKeeperBackend({
    name: 'zookeeper-fake',
    serverList: parseServerList(`fake${chroot}`),
    createClient: (options) => {
      const sound = zooKeeper.createClient(options);
      clients.push(sound);
      return wrap(sound);
    },
    context: {
      clock,
      logger: { ...defaultLogger, warn: nothing },
      random: Math.random,
      timeoutMs,
      requestTimeoutMs,
      credentials,
      acl,
    },
    atomicReplace: true,
    atomicCreateAndRemove: true,
    recursiveWatches,
    requestsInFlight,
    letsProcessEnd: true,
  });
  backend.connect((event) => events.push(event));
  return {
    zooKeeper,
    backend,
    clock,
    events,
    client: () => {
      const client = clients.at(-1);
      if (client === undefined) throw new Error('no client yet');
      return client;
    },
  };
}

export async function connectedBackend(options: OpenOptions = {}): Promise<OpenBackend> {
  const open = openBackend(options);
  await turn(1);
  return open;
}
