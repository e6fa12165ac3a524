import { type Clock, type Credentials, systemClock } from '@ndsr/core/backend';
import {
  type Attempt,
  type ClientEvent,
  type ClientObserver,
  type ClientOptions,
  type Connect,
  type ConnectionEnd,
  connectionLoss,
  connectTcp,
  type EndpointStatus,
  formatAddress,
  type Lookup,
  notify,
  Reconnector,
} from '@ndsr/zookeeper-common';
import { newSession } from '../connection/session-state.js';
import { ZooKeeperConnection } from '../connection/zookeeper-connection.js';
import type { BeginSasl } from '../sasl/sasl-options.js';
import { type WatchKind, WatchTable } from '../watch/watch-table.js';
import type { WireOperation } from '../wire/wire-operation.js';

/** Connects over TCP. */
export const connectWithoutTls = connectTcp("option 'tls', zookeeper+tls://");

/** Servers have no limit for answers: a list of 100,000 children has about 5 MB. */
const defaultMaxReplyBytes = 64 * 1024 * 1024;

/** The longest wait for a server that does not answer the close request. */
const maxCloseMs = 2000;

/** The dependencies of a client, besides the options that the port has. */
export interface ClientEnvironment {
  readonly clock?: Clock;
  /** From 0 up to 1, like `Math.random`. */
  readonly random?: () => number;
  /** @default the lookup of the operating system */
  readonly lookup?: Lookup;
  /** Opens the connections. @default `connectWithoutTls` */
  readonly connect?: Connect;
  readonly endpoint?: EndpointStatus;
  /** Authenticates every connection. */
  readonly sasl?: BeginSasl | undefined;
  /**
   * The maximum length of a reply, in bytes.
   * @default 67_108_864
   */
  readonly maxReplyBytes?: number | undefined;
}

/** One ZooKeeper session over successive connections. */
export class ClientSession {
  readonly watches: WatchTable;
  readonly #clock: Clock;
  readonly #maxReplyBytes: number;
  readonly #beginSasl: BeginSasl | undefined;
  readonly #reconnector: Reconnector;
  readonly #state: ReturnType<typeof newSession>;
  readonly #credentials: Credentials[] = [];
  readonly #digests: Buffer[] = [];
  #phase: 'idle' | 'active' | 'over' = 'idle';
  #connection: ZooKeeperConnection | null = null;
  #observer: ClientObserver = () => undefined;
  #closing: Promise<void> | null = null;

  constructor(
    options: ClientOptions,
    {
      clock = systemClock,
      random = Math.random,
      lookup,
      connect = connectWithoutTls,
      endpoint = { verified: false },
      maxReplyBytes = defaultMaxReplyBytes,
      sasl,
    }: ClientEnvironment,
  ) {
    const { servers, sessionTimeoutMs, credentials = [], onServerFailure } = options;
    this.#clock = clock;
    this.#maxReplyBytes = maxReplyBytes;
    this.#beginSasl = sasl;
    this.#state = newSession(sessionTimeoutMs);
    for (const each of credentials) this.authenticate(each);
    const fault = (error: Error): void => this.#emit({ type: 'fault', error });
    this.watches = new WatchTable({ event: (event) => this.#emit({ type: 'watch', event }), fault });
    this.#reconnector = new Reconnector({
      servers,
      clock,
      random,
      lookup,
      connect,
      endpoint,
      onServerFailure,
      sessionTimeoutMs: () => this.#state.timeoutMs,
      begun: (attempt) => {
        this.#connection = this.#connectionOf(attempt);
      },
      fault,
    });
  }

  /** The time since the last answer on the connection, ms; 0 if there is no connection. */
  get quietMs(): number {
    return this.#connection?.quietMs ?? 0;
  }

  connect(observer: ClientObserver): void {
    if (this.#phase !== 'idle') return;
    this.#phase = 'active';
    this.#observer = observer;
    this.#reconnector.next();
  }

  /** Adds credentials to this and every later connection. */
  authenticate(credentials: Credentials): void {
    if (this.#credentials.some((known) => known.equals(credentials))) return;
    this.#credentials.push(credentials);
    const digest = digestOf(credentials);
    this.#digests.push(digest);
    this.#connection?.authenticate(digest);
  }

  /** Sends a request, or rejects at once if there is no connection. */
  call<Body, Reply>(
    operation: WireOperation<Body, Reply>,
    body: Body,
    watch?: { readonly path: string; readonly kind: WatchKind },
  ): Promise<Reply> {
    return this.#connection?.call(operation, body, watch) ?? Promise.reject(connectionLoss());
  }

  /** Ends the session if the servers can be reached. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const connection = this.#connection;
    this.#terminate();
    if (connection !== null) await closeInTime(connection, this.#clock, this.#state.timeoutMs);
  }

  /** From now on nothing is attempted, emitted or accepted. */
  #terminate(): void {
    this.#phase = 'over';
    this.#connection = null;
    this.#observer = () => undefined;
    this.#reconnector.stop();
  }

  #connectionOf(attempt: Attempt): ZooKeeperConnection {
    const { transport, server, handshakeTimeoutMs } = attempt;
    return new ZooKeeperConnection({
      transport,
      handshakeTimeoutMs,
      clock: this.#clock,
      session: this.#state,
      sasl: this.#beginSasl?.(server),
      digests: this.#digests,
      watches: this.watches,
      maxReplyBytes: this.#maxReplyBytes,
      observer: {
        established: () => this.#reconnector.established(),
        confirmed: () => this.#reconnector.confirmed(),
        ready: () => {
          this.#reconnector.ready();
          this.#emit({ type: 'connected', sessionId: this.#state.id, timeoutMs: this.#state.timeoutMs, server });
        },
        fault: ({ message, cause }) =>
          this.#emit({ type: 'fault', error: new Error(`${formatAddress(server)}: ${message}`, { cause }) }),
        expired: (refusal) => {
          if (refusal !== undefined) this.#reconnector.failed(server, refusal);
          this.#expired();
        },
        ended: (end) => this.#ended(attempt, end),
      },
    });
  }

  #ended(attempt: Attempt, end: ConnectionEnd): void {
    if (this.#phase === 'over') return;
    this.#connection = null;
    this.#reconnector.ended(attempt, end, () => {
      this.watches.disconnected();
      if (end.wasReady) this.#emit({ type: 'disconnected', quietMs: end.quietMs });
    });
  }

  #expired(): void {
    const observer = this.#observer;
    this.#terminate();
    notify(observer, { type: 'expired' });
  }

  #emit(event: ClientEvent): void {
    notify(this.#observer, event);
  }
}

/** The credentials in the format of the scheme `digest`. */
function digestOf(credentials: Credentials): Buffer {
  const { username, password } = credentials.reveal();
  return Buffer.from(`${username}:${password}`, 'utf8');
}

/** Ends the session and then the connection, in bounded time: a frozen server never answers. */
async function closeInTime(connection: ZooKeeperConnection, clock: Clock, timeoutMs: number): Promise<void> {
  const cancel = clock.timer(Math.min(maxCloseMs, timeoutMs), () => connection.destroy());
  await connection.closeSession();
  cancel();
}
