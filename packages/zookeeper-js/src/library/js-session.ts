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
  type ServerAddress,
} from '@ndsr/zookeeper-common';
import { JsCalls, type JsSettle } from './js-calls.js';
import { JsConnection } from './js-connection.js';
import { JsWatchTable } from './js-watch-table.js';
import { createLibraryClient, digestOf } from './library-client.js';
import type { LibraryClient } from './library-types.js';

/** Connects over TCP. */
export const connectWithoutTls = connectTcp("option 'tls', zookeeper-js+tls://");

/** Servers have no limit for answers: a list of 100,000 children has about 5 MB. */
const defaultMaxReplyBytes = 64 * 1024 * 1024;

/** The longest wait for a server that does not answer the close request. */
const maxCloseMs = 2000;

/** The dependencies of a session. */
export interface JsSessionEnvironment {
  readonly clock?: Clock;
  /** From 0 up to 1, like `Math.random`. */
  readonly random?: () => number;
  /** @default the lookup of the operating system */
  readonly lookup?: Lookup;
  /** Opens the connections. @default `connectWithoutTls` */
  readonly connect?: Connect;
  readonly endpoint?: EndpointStatus;
  /**
   * The maximum length of a reply, in bytes.
   * @default 67_108_864
   */
  readonly maxReplyBytes?: number | undefined;
}

/** One ZooKeeper session over successive connections, all through one client of the library. */
export class JsSession {
  readonly watches: JsWatchTable;
  readonly #client: LibraryClient;
  readonly #clock: Clock;
  readonly #reconnector: Reconnector;
  readonly #maxReplyBytes: number;
  readonly #calls = new JsCalls();
  readonly #credentials: Credentials[] = [];
  #phase: 'idle' | 'active' | 'over' = 'idle';
  #connection: JsConnection | null = null;
  #observer: ClientObserver = () => undefined;
  #closing: Promise<void> | null = null;

  constructor(options: ClientOptions, environment: JsSessionEnvironment) {
    const { clock = systemClock, random = Math.random, lookup, connect = connectWithoutTls } = environment;
    const { servers, sessionTimeoutMs, credentials = [], onServerFailure } = options;
    this.#client = createLibraryClient(sessionTimeoutMs);
    for (const each of credentials) this.authenticate(each);
    this.#clock = clock;
    this.#maxReplyBytes = environment.maxReplyBytes ?? defaultMaxReplyBytes;
    const fault = (error: Error): void => this.#emit({ type: 'fault', error });
    this.#reconnector = new Reconnector({
      servers,
      clock,
      random,
      lookup,
      connect,
      endpoint: environment.endpoint ?? { verified: false },
      onServerFailure,
      sessionTimeoutMs: () => this.#timeoutMs,
      begun: (attempt) => {
        this.#connection = this.#connectionOver(attempt);
      },
      fault,
    });
    this.watches = new JsWatchTable(this.#client.connectionManager.watcherManager, {
      event: (event) => this.#emit({ type: 'watch', event }),
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

  /** The library keeps the credentials, and sends them at once if it is connected, and at the beginning of each connection. */
  authenticate(credentials: Credentials): void {
    if (this.#credentials.some((known) => known.equals(credentials))) return;
    this.#credentials.push(credentials);
    const digest = digestOf(credentials);
    this.#client.addAuthInfo('digest', digest);
    this.#connection?.authenticate(digest);
  }

  /** Starts a request of the library, or rejects at once if there is no connection. The library would queue it. */
  call<T>(start: (client: LibraryClient, settle: JsSettle<T>) => void): Promise<T> {
    if (this.#connection?.ready !== true) return Promise.reject(connectionLoss());
    return this.#calls.run((settle) => start(this.#client, settle));
  }

  /** Ends the session if the servers can be reached. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const connection = this.#connection;
    this.#terminate();
    if (connection !== null) await closeInTime(connection, this.#clock, this.#timeoutMs);
  }

  /** From now on nothing is attempted, emitted or accepted. */
  #terminate(): void {
    this.#phase = 'over';
    this.#connection = null;
    this.#observer = () => undefined;
    this.#reconnector.stop();
    this.#calls.rejectAll();
  }

  get #timeoutMs(): number {
    return this.#client.connectionManager.sessionTimeout;
  }

  #connectionOver(attempt: Attempt): JsConnection {
    const { transport, server, handshakeTimeoutMs } = attempt;
    return new JsConnection({
      manager: this.#client.connectionManager,
      transport,
      clock: this.#clock,
      handshakeTimeoutMs,
      recursive: this.watches.recursive,
      maxReplyBytes: this.#maxReplyBytes,
      observer: {
        established: () => this.#reconnector.established(),
        confirmed: () => this.#reconnector.confirmed(),
        ready: () => this.#ready(server),
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

  #ready(server: ServerAddress): void {
    this.#reconnector.ready();
    const { sessionId, sessionTimeout } = this.#client.connectionManager;
    this.#emit({ type: 'connected', sessionId: sessionId.readBigInt64BE(), timeoutMs: sessionTimeout, server });
  }

  #ended(attempt: Attempt, end: ConnectionEnd): void {
    if (this.#phase === 'over') return;
    this.#connection = null;
    this.#reconnector.ended(attempt, end, () => {
      this.#calls.rejectAll();
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

/**
 * Ends the session and then the connection, in bounded time: a frozen server never answers. The library throws or
 * crashes when it is closed before or during the handshake, and waits for a frozen server for ever.
 */
async function closeInTime(connection: JsConnection, clock: Clock, timeoutMs: number): Promise<void> {
  const cancel = clock.timer(Math.min(maxCloseMs, timeoutMs), () => connection.destroy());
  await connection.closeSession();
  cancel();
}
