import type { Clock } from '@ndsr/core/backend';
import { EventRecorder } from '@ndsr/test-support';
import type {
  ClientEvent,
  ClientOptions,
  Connect,
  EndpointStatus,
  Lookup,
  ServerAddress,
  ZooKeeperClient,
} from '@ndsr/zookeeper-common';
import { onTestFinished } from 'vitest';

/** The dependencies of a client, besides the options of the port. */
interface ClientEnvironment {
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly lookup?: Lookup;
  readonly connect?: Connect;
  readonly endpoint?: EndpointStatus;
  readonly maxReplyBytes?: number;
}

/** Creates a client of the binding under test. */
export type CreateClient = (options: ClientOptions, environment?: ClientEnvironment) => ZooKeeperClient;

/** A client's observer that keeps the events it receives. */
export class Recorder extends EventRecorder<ClientEvent> {}

/** A client that is connected, and its events. */
export interface Connected {
  readonly client: ZooKeeperClient;
  readonly recorder: Recorder;
  readonly sessionId: bigint;
}

/** How to create a client. */
export interface ClientSetup extends ClientEnvironment {
  /** @default 4,000 */
  readonly sessionTimeoutMs?: number;
  readonly onServerFailure?: ClientOptions['onServerFailure'];
}

/** The binding under test, with what its tests need. */
export class ClientUnderTest {
  readonly #create: CreateClient;

  constructor(create: CreateClient) {
    this.#create = create;
  }

  /** A client that is closed at the end of the test. */
  readonly makeClient = (
    servers: readonly ServerAddress[],
    { sessionTimeoutMs = 4000, onServerFailure, ...environment }: ClientSetup = {},
  ): ZooKeeperClient => {
    const addresses = servers.map(({ host, port }) => ({ host, port }));
    const client = this.#create({ servers: addresses, sessionTimeoutMs, onServerFailure }, environment);
    onTestFinished(() => client.close());
    return client;
  };

  /** The same, once it is connected. */
  readonly connected = async (servers: readonly ServerAddress[], setup?: ClientSetup): Promise<Connected> => {
    const client = this.makeClient(servers, setup);
    const recorder = new Recorder();
    client.connect(recorder.observe);
    const { sessionId } = await recorder.next('connected');
    return { client, recorder, sessionId };
  };
}
