import { type Address, FaultProxy, type ZooKeeperServer } from '@ndsr/zookeeper-testing';

/** A way to a server that breaks on demand, and ends sessions on it. One for each fixture. */
export class FaultyRoute {
  readonly #server: ZooKeeperServer;
  readonly #proxy: FaultProxy;
  /** The session that somebody had last. */
  readonly #sessions = new Map<unknown, bigint>();

  private constructor(server: ZooKeeperServer, proxy: FaultProxy) {
    this.#server = server;
    this.#proxy = proxy;
  }

  /** @param upstream the port of the server that is meant */
  static async open(server: ZooKeeperServer, upstream: Address = server): Promise<FaultyRoute> {
    return new FaultyRoute(server, await FaultProxy.open({ upstream }));
  }

  get host(): string {
    return this.#proxy.host;
  }

  get port(): number {
    return this.#proxy.port;
  }

  /** `owner` has a session over this route. */
  connected(owner: unknown, sessionId: bigint): void {
    this.#sessions.set(owner, sessionId);
  }

  async goDown(): Promise<void> {
    await this.#proxy.refuse();
  }

  async halfOpen(): Promise<void> {
    await this.#proxy.stall();
  }

  async comeBack(): Promise<void> {
    await this.#proxy.pass();
  }

  /** Closes each connection that more than so many bytes are sent over: one large request, since all others are small. */
  async refuseByClosing(bytes: number): Promise<void> {
    await this.#proxy.cutMidFrame({ direction: 'to-server', afterBytes: bytes });
  }

  async expire(owner: unknown): Promise<void> {
    const sessionId = this.#sessions.get(owner);
    if (sessionId === undefined) throw new Error('has no session over this route');
    await this.#server.endSession(sessionId);
  }

  async close(): Promise<void> {
    await this.#proxy.close();
  }
}
