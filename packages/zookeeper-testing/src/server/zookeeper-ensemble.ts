import { isPortFree } from '../port/listening.js';
import { ReservedPort } from '../port/reserved-port.js';
import { waitUntil } from '../port/wait-until.js';
import type { QuorumMember } from './server-configuration.js';
import { type ServerMode, ZooKeeperServer } from './zookeeper-server.js';

const HOST = '127.0.0.1';
const PORT_ATTEMPTS = 3;

/** Size and speed of an ensemble. */
export interface ZooKeeperEnsembleOptions {
  /** Number of servers, at least 2. @default 3 */
  readonly size?: number;
  /** See `ZooKeeperServerOptions`. @default 200 */
  readonly tickTimeMs?: number;
  /** For each server; see `ZooKeeperServerOptions`. */
  readonly javaOptions?: readonly string[];
  /** How long the start, and the restart of one server, may take. @default 60000 */
  readonly startTimeoutMs?: number;
}

interface Place extends QuorumMember {
  readonly port: number;
  readonly reserved: readonly ReservedPort[];
}

/** Several real ZooKeeper servers that elect a leader. Inject faults into single servers through {@link servers}. */
export class ZooKeeperEnsemble implements AsyncDisposable {
  readonly servers: readonly ZooKeeperServer[];
  /** All client addresses: `127.0.0.1:11001,127.0.0.1:11002,127.0.0.1:11003`. */
  readonly connectString: string;
  readonly #startTimeoutMs: number;

  private constructor(servers: readonly ZooKeeperServer[], startTimeoutMs: number) {
    this.servers = servers;
    this.connectString = servers.map((server) => server.address).join(',');
    this.#startTimeoutMs = startTimeoutMs;
  }

  /**
   * Starts all servers and resolves once every one serves.
   *
   * @throws {Error} as `ZooKeeperServer.start` does
   */
  static async start(options: ZooKeeperEnsembleOptions = {}): Promise<ZooKeeperEnsemble> {
    const { size = 3 } = options;
    if (!Number.isInteger(size) || size < 2) throw new TypeError(`size must be an integer of 2 or more, not ${size}`);
    for (let attempt = 1; ; attempt++) {
      const places = await findPlaces(size);
      const ensemble = await ZooKeeperEnsemble.#launch(places, options);
      try {
        await Promise.all(ensemble.servers.map((server) => server.waitUntilServing()));
        return ensemble;
      } catch (error) {
        await ensemble.stop();
        if (attempt === PORT_ATTEMPTS || (await allFree(places))) throw error;
      }
    }
  }

  static async #launch(members: readonly Place[], options: ZooKeeperEnsembleOptions): Promise<ZooKeeperEnsemble> {
    const { tickTimeMs = 200, javaOptions = [], startTimeoutMs = 60_000 } = options;
    const servers: ZooKeeperServer[] = [];
    try {
      for (const { id, port, reserved } of members) {
        const settings = {
          host: HOST,
          port,
          reserved,
          tickTimeMs,
          javaOptions,
          startTimeoutMs,
          quorum: { id, members },
        };
        servers.push(await ZooKeeperServer.launch(settings));
      }
      return new ZooKeeperEnsemble(servers, startTimeoutMs);
    } catch (error) {
      await Promise.all(servers.map((server) => server.stop()));
      throw error;
    }
  }

  /**
   * Returns the current leader.
   *
   * @throws {Error} there is not exactly one, as during an election; see {@link waitForQuorum}
   */
  async leader(): Promise<ZooKeeperServer> {
    const [leader, ...others] = await this.#serversIn('leader');
    if (leader === undefined) throw new Error('no server leads now');
    if (others.length > 0) throw new Error('more than one server says that it leads');
    return leader;
  }

  /** Returns the servers that follow a leader now. */
  followers(): Promise<ZooKeeperServer[]> {
    return this.#serversIn('follower');
  }

  /**
   * Resolves once exactly one server leads and a majority serves. A server that is down or frozen does neither.
   * `timeoutMs` defaults to the time limit of the start.
   *
   * @throws {Error} that does not happen in time
   */
  async waitForQuorum({ timeoutMs = this.#startTimeoutMs }: { timeoutMs?: number } = {}): Promise<void> {
    const majority = Math.floor(this.servers.length / 2) + 1;
    await waitUntil('a leader and a majority', timeoutMs, async (lookTimeoutMs) => {
      const modes = (await this.#modes({ timeoutMs: lookTimeoutMs })).filter((mode) => mode !== undefined);
      const leaders = modes.filter((mode) => mode === 'leader');
      return leaders.length === 1 && modes.length >= majority;
    });
  }

  /** Ends all servers and removes their folders. Idempotent. */
  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #serversIn(mode: ServerMode): Promise<ZooKeeperServer[]> {
    const modes = await this.#modes();
    return this.servers.filter((_, index) => modes[index] === mode);
  }

  #modes(options?: { timeoutMs: number }): Promise<(ServerMode | undefined)[]> {
    return Promise.all(this.servers.map((server) => server.mode(options)));
  }
}

async function findPlaces(size: number): Promise<Place[]> {
  const ids = Array.from({ length: size }, (_, index) => index + 1);
  return Promise.all(ids.map(findPlace));
}

async function findPlace(id: number): Promise<Place> {
  const reserve = () => ReservedPort.reserve(HOST);
  const [client, quorum, election] = await Promise.all([reserve(), reserve(), reserve()]);
  const ports = { port: client.port, quorumPort: quorum.port, electionPort: election.port };
  return { id, ...ports, reserved: [client, quorum, election] };
}

async function allFree(places: readonly Place[]): Promise<boolean> {
  const ports = places.flatMap(({ port, quorumPort, electionPort }) => [port, quorumPort, electionPort]);
  const free = await Promise.all(ports.map((port) => isPortFree(port, HOST)));
  return free.every(Boolean);
}
