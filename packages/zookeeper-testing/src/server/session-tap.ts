import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Address } from '../port/address.js';
import { forceCloseSession } from './force-close-session.js';

/**
 * Forwards connections to a server, and records every session that the server grants, so that it can be ended from
 * outside.
 *
 * Put it between a `FaultProxy` and its server if both are needed.
 */
export class SessionTap {
  readonly host = '127.0.0.1';
  readonly #server: Server;
  readonly #upstream: Address;
  readonly #sockets = new Set<Socket>();
  readonly #passwords = new Map<bigint, Buffer>();

  private constructor(server: Server, upstream: Address) {
    this.#server = server;
    this.#upstream = upstream;
    server.on('connection', (client) => this.#join(client));
  }

  /** Listens on a free port of `127.0.0.1`, and forwards to `upstream`. */
  static async open(upstream: Address): Promise<SessionTap> {
    const server = createServer();
    const tap = new SessionTap(server, upstream);
    server.listen(0, tap.host);
    await once(server, 'listening');
    return tap;
  }

  /** The port that clients connect to. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The ids of the sessions granted so far; some may have ended. */
  get sessions(): bigint[] {
    return [...this.#passwords.keys()];
  }

  /**
   * Makes the server end a session, as it does with one that has expired. Has no effect on a session that has already
   * ended.
   *
   * @throws {Error} for a session that was not granted here, if the server cannot be reached, or if the client resumes
   * the session every time
   */
  async end(sessionId: bigint): Promise<void> {
    const password = this.#passwords.get(sessionId);
    if (password === undefined) throw new Error(`session ${sessionId} was not granted here`);
    await forceCloseSession(this.#upstream, sessionId, password);
  }

  /** Stops listening and closes all connections. Idempotent. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #join(client: Socket): void {
    const { host, port } = this.#upstream;
    const server = connect({ host, port, noDelay: true });
    client.setNoDelay(true);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => undefined); // 'close' follows
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
    this.#readGreeting(server);
  }

  /** The first frame from the server: length, version, timeout, session id, password with its length. */
  #readGreeting(server: Socket): void {
    let greeting = Buffer.alloc(0);
    const read = (chunk: Buffer): void => {
      greeting = Buffer.concat([greeting, chunk]);
      if (greeting.length < 40) return;
      server.off('data', read);
      this.#passwords.set(greeting.readBigInt64BE(12), greeting.subarray(24, 40));
    };
    server.on('data', read);
  }
}
