import type { Socket } from 'node:net';
import type { Address } from '../port/address.js';
import { TcpForwarder } from '../port/tcp-forwarder.js';
import { forceCloseSession } from './force-close-session.js';

/**
 * Forwards connections to a server, and records every session that the server grants, so that it can be ended from
 * outside.
 *
 * Put it between a `FaultProxy` and its server if both are needed.
 */
export class SessionTap {
  readonly host = '127.0.0.1';
  readonly #upstream: Address;
  readonly #forwarder: TcpForwarder;
  readonly #passwords: ReadonlyMap<bigint, Buffer>;

  private constructor(upstream: Address, forwarder: TcpForwarder, passwords: ReadonlyMap<bigint, Buffer>) {
    this.#upstream = upstream;
    this.#forwarder = forwarder;
    this.#passwords = passwords;
  }

  /** Listens on a free port of `127.0.0.1`, and forwards to `upstream`. */
  static async open(upstream: Address): Promise<SessionTap> {
    const passwords = new Map<bigint, Buffer>();
    const forwarder = await TcpForwarder.open(upstream, (_client, server) => {
      onGreeting(server, (sessionId, password) => passwords.set(sessionId, password));
      return undefined;
    });
    return new SessionTap(upstream, forwarder, passwords);
  }

  /** The port that clients connect to. */
  get port(): number {
    return this.#forwarder.port;
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
    this.#forwarder.close();
  }
}

/** Calls `granted` after the first frame from the server: length, version, timeout, session id, password with its length. */
function onGreeting(server: Socket, granted: (sessionId: bigint, password: Buffer) => void): void {
  let greeting = Buffer.alloc(0);
  const read = (chunk: Buffer): void => {
    greeting = Buffer.concat([greeting, chunk]);
    if (greeting.length < 40) return;
    server.off('data', read);
    granted(greeting.readBigInt64BE(12), greeting.subarray(24, 40));
  };
  server.on('data', read);
}
