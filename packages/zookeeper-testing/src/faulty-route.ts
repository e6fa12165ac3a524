import type { Address } from './port/address.js';
import { FaultProxy } from './proxy/fault-proxy.js';
import type { ZooKeeperServer } from './server/zookeeper-server.js';

/** A connection path to a server, with the faults that conformance fixtures ask for: a `FaultProxy`, and session expiry. One per fixture. */
export class FaultyRoute {
  readonly #server: ZooKeeperServer;
  readonly #proxy: FaultProxy;
  /** The latest session of each owner. */
  readonly #sessions = new Map<unknown, bigint>();

  private constructor(server: ZooKeeperServer, proxy: FaultProxy) {
    this.#server = server;
    this.#proxy = proxy;
  }

  /**
   * Opens a route to `server`.
   *
   * @param upstream the port of the server to forward to, such as its secure one
   */
  static async open(server: ZooKeeperServer, upstream: Address = server): Promise<FaultyRoute> {
    return new FaultyRoute(server, await FaultProxy.open({ upstream }));
  }

  /** The address that a client connects to. */
  get host(): string {
    return this.#proxy.host;
  }

  /** The port that a client connects to. */
  get port(): number {
    return this.#proxy.port;
  }

  /** Records that `owner` has a session over this route, so that `expire` can end it. */
  connected(owner: unknown, sessionId: bigint): void {
    this.#sessions.set(owner, sessionId);
  }

  /** Refuses connections, and breaks the open ones. */
  async goDown(): Promise<void> {
    await this.#proxy.refuse();
  }

  /** Keeps connections open, and forwards nothing. */
  async halfOpen(): Promise<void> {
    await this.#proxy.stall();
  }

  /** Forwards connections again. */
  async comeBack(): Promise<void> {
    await this.#proxy.pass();
  }

  /** Closes each connection over which more than that number of bytes is sent: one large request, since all others are small. */
  async refuseByClosing(bytes: number): Promise<void> {
    await this.#proxy.cutMidFrame({ direction: 'to-server', afterBytes: bytes });
  }

  /** Makes the server expire the session of `owner`. */
  async expire(owner: unknown): Promise<void> {
    const sessionId = this.#sessions.get(owner);
    if (sessionId === undefined) throw new Error('has no session over this route');
    await this.#server.endSession(sessionId);
  }

  /** Closes the route and every connection. */
  async close(): Promise<void> {
    await this.#proxy.close();
  }
}
