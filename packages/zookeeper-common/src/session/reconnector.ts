import type { Socket } from 'node:net';
import { type CancelTimer, type Clock, ServiceRegistryError } from '@ndsr/core/backend';
import type { ServerAddress, ServerFailureListener } from '../client/zookeeper-client.js';
import { ReconnectPolicy, type SessionView } from '../retry/reconnect-policy.js';
import { type Lookup, NameResolver } from '../server-list/name-resolver.js';
import { formatAddress } from '../server-list/server-list.js';
import type { ConnectionEnd } from '../transport/connection-end.js';
import type { Connect, Transport } from '../transport/transport.js';

/** State shared by the successive sessions of one registry. */
export interface EndpointStatus {
  /** True if the servers have ever given a session, which shows that port and protocol are right. */
  verified: boolean;
}

/** A connection that was begun. */
export interface Attempt {
  readonly transport: Transport;
  readonly server: ServerAddress;
  /** The longest wait for the server to give a session. */
  readonly handshakeTimeoutMs: number;
}

/** The options of a `Reconnector`. */
export interface ReconnectorOptions {
  /** At least one; names are looked up at each attempt. */
  readonly servers: readonly ServerAddress[];
  /** Measures the pauses between attempts. */
  readonly clock: Clock;
  /** From 0 up to 1, like `Math.random`. */
  readonly random: () => number;
  /** @default the lookup of the operating system */
  readonly lookup: Lookup | undefined;
  /** Opens a connection to a server, in plain text or by TLS. */
  readonly connect: Connect;
  /** Says whether the servers have ever given a session. */
  readonly endpoint: EndpointStatus;
  /** Receives the reason why an attempt failed or a connection ended. */
  readonly onServerFailure: ServerFailureListener | undefined;
  /** The granted session timeout, or the requested one. */
  sessionTimeoutMs(): number;
  /** A connection was begun. Its end must be passed to `ended`. */
  begun(attempt: Attempt): void;
  /** Reports a problem that belongs to no call; an equal one is reported once between two connections. */
  fault(error: Error): void;
}

/** Connects one session, again and again: looks up names, chooses the server and the pause, and reports why an attempt failed. */
export class Reconnector {
  readonly #options: ReconnectorOptions;
  readonly #policy: ReconnectPolicy;
  readonly #names: NameResolver;
  /** The messages of the faults that were reported since it was last connected. */
  readonly #reported = new Set<string>();
  #lastContactAt: number | null = null;
  #cancelAttempt: CancelTimer = () => undefined;
  #isStopped = false;

  constructor(options: ReconnectorOptions) {
    const { servers, clock, random, lookup } = options;
    const onFailure = (host: string, error: Error): void => {
      for (const server of servers) if (server.host === host) this.failed(server, error);
    };
    this.#options = options;
    this.#policy = new ReconnectPolicy(servers, random);
    this.#names = new NameResolver(servers, { clock, random, lookup, onFailure });
  }

  /** Begins the next attempt, after a pause if one is due. */
  next(): void {
    const { clock, sessionTimeoutMs } = this.#options;
    const session: SessionView = { timeoutMs: sessionTimeoutMs(), lastContactAt: this.#lastContactAt };
    const { server, delayMs, handshakeTimeoutMs } = this.#policy.plan(clock.now(), session);
    this.#cancelAttempt = clock.backgroundTimer(delayMs, () => void this.#resolve(server, handshakeTimeoutMs));
  }

  /** The servers gave or renewed the session. */
  established(): void {
    this.#lastContactAt = this.#options.clock.now();
    this.#options.endpoint.verified = true;
  }

  /** The servers answered a request after the handshake. */
  confirmed(): void {
    this.established();
    this.#policy.succeeded();
  }

  /** The session is usable: faults are reported again. */
  ready(): void {
    this.#reported.clear();
  }

  /** The reason why a connection to a server failed or ended. */
  failed(server: ServerAddress, error: Error): void {
    if (!this.#isStopped) this.#options.onServerFailure?.(server, error);
  }

  /**
   * A connection ended. Reports the reason, and begins the next attempt.
   *
   * @param notify called in between: `onServerFailure` has been called by then, and a fault is reported after it
   */
  ended({ server, transport }: Attempt, { cause, wasMalformed, error }: ConnectionEnd, notify: () => void): void {
    if (this.#isStopped) return;
    const why = cause === null ? undefined : transport.explain(cause, this.#options.endpoint.verified);
    this.failed(server, why ?? error);
    this.#policy.ended(wasMalformed);
    this.next();
    notify();
    if (why !== undefined) this.#reportOnce(why);
  }

  /** Begins no more attempts, and leaves no timer. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelAttempt();
    this.#names.stop();
  }

  /** A server whose name has no address yet is skipped, like one that refuses. */
  async #resolve(server: ServerAddress, handshakeTimeoutMs: number): Promise<void> {
    await this.#names.ready();
    if (this.#isStopped) return;
    const addresses = this.#names.addressesOf(server.host);
    if (addresses.length === 0) this.next();
    else this.#open(server, addresses, handshakeTimeoutMs);
  }

  #open(server: ServerAddress, addresses: readonly string[], handshakeTimeoutMs: number): void {
    try {
      const transport = this.#options.connect(server, addresses);
      unref(transport.socket);
      this.#options.begun({ transport, server, handshakeTimeoutMs });
    } catch (cause) {
      this.failed(server, cause instanceof Error ? cause : new Error(String(cause)));
      this.next();
      if (cause instanceof ServiceRegistryError) this.#reportOnce(cause);
      else this.#options.fault(new Error(`cannot dial ${formatAddress(server)}`, { cause }));
    }
  }

  /** Reports a fault once until it is connected, however many attempts fail with it. */
  #reportOnce(error: Error): void {
    if (this.#reported.has(error.message)) return;
    this.#reported.add(error.message);
    this.#options.fault(error);
  }
}

/**
 * The connection does not keep the process alive; operations that wait for the registry do. Called again when it is
 * connected, since each address of a host is tried through a handle of its own.
 */
function unref(socket: Socket): void {
  socket.unref();
  socket.once('connect', () => socket.unref());
}
