import type { Socket } from 'node:net';
import { type CancelTimer, type Clock, type Credentials, ServiceRegistryError, systemClock } from '@ndsr/core/backend';
import {
  type ClientEvent,
  type ClientObserver,
  type ClientOptions,
  type Connect,
  type ConnectionEnd,
  connectionLoss,
  connectTcp,
  formatAddress,
  type Lookup,
  NameResolver,
  ReconnectPolicy,
  type ServerAddress,
  type ServerFailureListener,
  type Transport,
} from '@ndsr/zookeeper-common';
import { JsCalls, type JsSettle } from './js-calls.js';
import { JsConnection } from './js-connection.js';
import { JsWatchTable } from './js-watch-table.js';
import { createLibraryClient, digestOf } from './library-client.js';
import type { LibraryClient } from './library-types.js';

/** Connects over TCP. */
export const connectWithoutTls = connectTcp("option 'tls', zookeeper-js+tls://");

/** State shared by the successive sessions of one registry. */
export interface EndpointStatus {
  /** True if the servers have ever given a session, which shows that port and protocol are right. */
  verified: boolean;
}

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

type Phase =
  | { readonly name: 'idle' | 'over' }
  | { readonly name: 'waiting'; readonly cancel: CancelTimer }
  | { readonly name: 'open'; readonly connection: JsConnection };

/** One ZooKeeper session over successive connections, all through one client of the library. */
export class JsSession {
  readonly watches: JsWatchTable;
  readonly #client: LibraryClient;
  readonly #clock: Clock;
  readonly #policy: ReconnectPolicy;
  readonly #names: NameResolver;
  readonly #connectTransport: Connect;
  readonly #onServerFailure: ServerFailureListener;
  readonly #endpoint: EndpointStatus;
  readonly #maxReplyBytes: number;
  /** The messages of the faults that were reported since it was last connected. */
  readonly #reported = new Set<string>();
  readonly #calls = new JsCalls();
  readonly #credentials: Credentials[] = [];
  #phase: Phase = { name: 'idle' };
  #observer: ClientObserver = () => undefined;
  #lastContactAt: number | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: ClientOptions, environment: JsSessionEnvironment) {
    const { clock = systemClock, random = Math.random, lookup, connect = connectWithoutTls } = environment;
    this.#client = createLibraryClient(options.sessionTimeoutMs);
    for (const credentials of options.credentials ?? []) this.authenticate(credentials);
    this.#clock = clock;
    this.#connectTransport = connect;
    this.#endpoint = environment.endpoint ?? { verified: false };
    this.#maxReplyBytes = environment.maxReplyBytes ?? defaultMaxReplyBytes;
    this.#policy = new ReconnectPolicy(options.servers, random);
    this.#onServerFailure = options.onServerFailure ?? (() => undefined);
    const onFailure = (host: string, error: Error): void => {
      for (const server of options.servers) if (server.host === host) this.#failed(server, error);
    };
    this.#names = new NameResolver(options.servers, { clock, random, lookup, onFailure });
    this.watches = new JsWatchTable(this.#client.connectionManager.watcherManager, {
      event: (event) => this.#emit({ type: 'watch', event }),
      fault: (error) => this.#emit({ type: 'fault', error }),
    });
  }

  /** The time since the last answer on the connection, ms; 0 if there is no connection. */
  get quietMs(): number {
    return this.#phase.name === 'open' ? this.#phase.connection.quietMs : 0;
  }

  connect(observer: ClientObserver): void {
    if (this.#phase.name !== 'idle') return;
    this.#observer = observer;
    this.#scheduleAttempt();
  }

  /** The library keeps the credentials, and sends them at once if it is connected, and at the beginning of each connection. */
  authenticate(credentials: Credentials): void {
    if (this.#credentials.some((known) => known.equals(credentials))) return;
    this.#credentials.push(credentials);
    const digest = digestOf(credentials);
    this.#client.addAuthInfo('digest', digest);
    if (this.#phase.name === 'open') this.#phase.connection.authenticate(digest);
  }

  /** Starts a request of the library, or rejects at once if there is no connection. The library would queue it. */
  call<T>(start: (client: LibraryClient, settle: JsSettle<T>) => void): Promise<T> {
    if (this.#phase.name !== 'open' || !this.#phase.connection.ready) return Promise.reject(connectionLoss());
    return this.#calls.run((settle) => start(this.#client, settle));
  }

  /** Ends the session if the servers can be reached. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const phase = this.#terminate();
    if (phase.name === 'open') await closeInTime(phase.connection, this.#clock, this.#timeoutMs);
  }

  /** From now on nothing is attempted, emitted or accepted. Returns the previous phase. */
  #terminate(): Phase {
    const phase = this.#phase;
    if (phase.name === 'waiting') phase.cancel();
    this.#phase = { name: 'over' };
    this.#observer = () => undefined;
    this.#names.stop();
    this.#calls.rejectAll();
    return phase;
  }

  get #timeoutMs(): number {
    return this.#client.connectionManager.sessionTimeout;
  }

  #scheduleAttempt(): void {
    const session = { timeoutMs: this.#timeoutMs, lastContactAt: this.#lastContactAt };
    const { server, delayMs, handshakeTimeoutMs } = this.#policy.plan(this.#clock.now(), session);
    const cancel = this.#clock.backgroundTimer(delayMs, () => void this.#resolve(server, handshakeTimeoutMs));
    this.#phase = { name: 'waiting', cancel };
  }

  /** A server whose name has no address yet is skipped, like one that refuses. */
  async #resolve(server: ServerAddress, handshakeTimeoutMs: number): Promise<void> {
    await this.#names.ready();
    if (this.#phase.name === 'over') return;
    const addresses = this.#names.addressesOf(server.host);
    if (addresses.length === 0) this.#scheduleAttempt();
    else this.#open(server, addresses, handshakeTimeoutMs);
  }

  #open(server: ServerAddress, addresses: readonly string[], handshakeTimeoutMs: number): void {
    try {
      const transport = this.#connectTransport(server, addresses);
      unref(transport.socket);
      this.#phase = { name: 'open', connection: this.#connectionOver(transport, server, handshakeTimeoutMs) };
    } catch (cause) {
      this.#failed(server, cause instanceof Error ? cause : new Error(String(cause)));
      this.#scheduleAttempt();
      if (cause instanceof ServiceRegistryError) this.#reportOnce(cause);
      else this.#emit({ type: 'fault', error: new Error(`cannot dial ${formatAddress(server)}`, { cause }) });
    }
  }

  #connectionOver(transport: Transport, server: ServerAddress, handshakeTimeoutMs: number): JsConnection {
    const established = () => {
      this.#lastContactAt = this.#clock.now();
      this.#endpoint.verified = true;
    };
    return new JsConnection({
      manager: this.#client.connectionManager,
      transport,
      clock: this.#clock,
      handshakeTimeoutMs,
      recursive: this.watches.recursive,
      maxReplyBytes: this.#maxReplyBytes,
      observer: {
        established,
        confirmed: () => {
          established();
          this.#policy.succeeded();
        },
        ready: () => this.#ready(server),
        fault: ({ message, cause }) =>
          this.#emit({ type: 'fault', error: new Error(`${formatAddress(server)}: ${message}`, { cause }) }),
        expired: (refusal) => {
          if (refusal !== undefined) this.#failed(server, refusal);
          this.#expired();
        },
        ended: (end) => this.#ended(end, transport, server),
      },
    });
  }

  #ready(server: ServerAddress): void {
    this.#reported.clear();
    const { sessionId, sessionTimeout } = this.#client.connectionManager;
    this.#emit({ type: 'connected', sessionId: sessionId.readBigInt64BE(), timeoutMs: sessionTimeout, server });
  }

  #ended(
    { wasReady, quietMs, cause, wasMalformed, error }: ConnectionEnd,
    transport: Transport,
    server: ServerAddress,
  ): void {
    if (this.#phase.name === 'over') return;
    const why = cause === null ? undefined : transport.explain(cause, this.#endpoint.verified);
    this.#failed(server, why ?? error);
    this.#policy.ended(wasMalformed);
    this.#scheduleAttempt();
    this.#calls.rejectAll();
    this.watches.disconnected();
    if (wasReady) this.#emit({ type: 'disconnected', quietMs });
    if (why !== undefined) this.#reportOnce(why);
  }

  #failed(server: ServerAddress, error: Error): void {
    if (this.#phase.name !== 'over') this.#onServerFailure(server, error);
  }

  /** Emits a fault once until it is connected, however many attempts fail with it. */
  #reportOnce(error: Error): void {
    if (this.#reported.has(error.message)) return;
    this.#reported.add(error.message);
    this.#emit({ type: 'fault', error });
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
 * The connection does not keep the process alive; operations that wait for the registry do. Called again when it is
 * connected, since each address of a host is tried through a handle of its own.
 */
function unref(socket: Socket): void {
  socket.unref();
  socket.once('connect', () => socket.unref());
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

/** An observer that throws must not disturb the library, which may be in the middle of its work. */
function notify(observer: ClientObserver, event: ClientEvent): void {
  try {
    observer(event);
  } catch (error) {
    const fault = error instanceof Error ? error : new Error(String(error));
    if (event.type === 'fault') process.emitWarning(fault);
    else notify(observer, { type: 'fault', error: fault });
  }
}
