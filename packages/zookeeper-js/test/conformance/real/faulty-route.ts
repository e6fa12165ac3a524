import { FaultProxy, type ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { endSession } from './end-session.js';
import { SessionTap } from './session-tap.js';

/** A way to a server that breaks on demand, and ends sessions on it. One for each fixture. */
export class FaultyRoute {
  readonly #server: ZooKeeperServer;
  readonly #tap: SessionTap;
  readonly #proxy: FaultProxy;
  /** The session that somebody had last. */
  readonly #sessions = new Map<unknown, bigint>();

  private constructor(server: ZooKeeperServer, tap: SessionTap, proxy: FaultProxy) {
    this.#server = server;
    this.#tap = tap;
    this.#proxy = proxy;
  }

  static async open(server: ZooKeeperServer): Promise<FaultyRoute> {
    const tap = await SessionTap.open(server);
    return new FaultyRoute(server, tap, await FaultProxy.open({ upstream: tap }));
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

  async expire(owner: unknown): Promise<void> {
    const sessionId = this.#sessions.get(owner);
    if (sessionId === undefined) throw new Error('has no session over this route');
    await endSession(this.#server, sessionId, this.#tap.passwordOf(sessionId));
  }

  async close(): Promise<void> {
    await this.#proxy.close();
    this.#tap.close();
  }
}
