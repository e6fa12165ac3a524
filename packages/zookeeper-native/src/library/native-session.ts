import { type Clock, type Credentials, systemClock } from '@ndsr/core/backend';
import {
  type ClientEvent,
  type ClientObserver,
  type ClientOptions,
  connectionLoss,
  type Lookup,
  NameResolver,
  type ServerFailureListener,
  type WatchEvent,
} from '@ndsr/zookeeper-common';
import { AddressBook } from './address-book.js';
import { warnOfInheritedSockets } from './close-on-exec.js';
import { closeSession } from './close-session.js';
import { Connector } from './connector.js';
import { FailureReporter } from './failure-reporter.js';
import type { LibraryHandle, SessionKey } from './library-handle.js';
import type { LibraryModule, NativeClient } from './library-types.js';
import { loadLibrary } from './load-library.js';
import { NativeCalls, type NativeSettle } from './native-calls.js';
import { NativeConnection } from './native-connection.js';
import { NativeWatchTable } from './native-watch-table.js';
import { probeServer, type StartProbe } from './probe.js';

/** The dependencies of a session. */
export interface NativeSessionEnvironment {
  readonly clock?: Clock | undefined;
  /** From 0 up to 1, like `Math.random`. */
  readonly random?: (() => number) | undefined;
  readonly load?: (() => LibraryModule) | undefined;
  readonly lookup?: Lookup | undefined;
  /** Finds the reason why an attempt failed. */
  readonly startProbe?: StartProbe | undefined;
  /** Receives a warning, once per process, if the addon was built in the wrong way. */
  readonly warn?: ((message: string) => void) | undefined;
}

type Phase =
  | { readonly name: 'idle' | 'over' }
  | { readonly name: 'connecting'; readonly connector: Connector }
  | { readonly name: 'connected'; readonly connection: NativeConnection };

/** Prepares a new connection before `connected` is emitted; undefined if there is nothing to do. Passes failures to `report`. */
type Prepare = (report: (error: Error) => void) => Promise<void> | undefined;

const nothingToPrepare: Prepare = () => undefined;

/** A connection that broke within this time may have been dropped by a server that drops every connection. */
const shortLifeMs = 1_000;

/** One ZooKeeper session over successive connections, each with its own handle of the library. */
export class NativeSession {
  readonly watches = new NativeWatchTable();
  readonly #options: ClientOptions;
  readonly #environment: NativeSessionEnvironment;
  readonly #clock: Clock;
  readonly #names: NameResolver;
  readonly #addresses: AddressBook;
  readonly #failures: FailureReporter;
  readonly #calls: NativeCalls;
  #phase: Phase = { name: 'idle' };
  readonly #credentials: Credentials[];
  #observer: ClientObserver = () => undefined;
  #prepare = nothingToPrepare;
  /** True if `connected` was emitted for the current connection. */
  #announced = false;
  #closing: Promise<void> | null = null;
  #connections = 0;
  /** The number of the latest connections in a row that broke soon after they were made. */
  #shortLived = 0;

  constructor(options: ClientOptions, environment: NativeSessionEnvironment) {
    this.#options = options;
    this.#environment = environment;
    this.#clock = environment.clock ?? systemClock;
    const clock = this.#clock;
    const { lookup, startProbe = probeServer } = environment;
    const report: ServerFailureListener = (server, error) => {
      if (this.#phase.name !== 'over') options.onServerFailure?.(server, error);
    };
    const onFailure = (host: string, error: Error): void => {
      for (const server of options.servers) if (server.host === host) report(server, error);
    };
    this.#names = new NameResolver(options.servers, { clock, random: this.#random, lookup, onFailure });
    this.#addresses = new AddressBook(options.servers, this.#names, this.#random);
    this.#failures = new FailureReporter({ book: this.#addresses, clock, startProbe, report });
    this.#calls = new NativeCalls(this.#clock);
    this.#credentials = [...(options.credentials ?? [])];
  }

  /** The time since the last answer, ms. */
  get quietMs(): number {
    return this.#calls.quietMs;
  }

  /** The current session; `0n` before there is one. */
  get id(): bigint {
    return this.#phase.name === 'connected' ? this.#phase.connection.handle.sessionId : 0n;
  }

  connect(observer: ClientObserver, prepare = nothingToPrepare): void {
    if (this.#phase.name !== 'idle') return;
    this.#observer = observer;
    this.#prepare = prepare;
    this.#startConnector(null);
  }

  /** Adds credentials to this and every later connection. */
  authenticate(credentials: Credentials): void {
    if (this.#credentials.some((known) => known.equals(credentials))) return;
    this.#credentials.push(credentials);
    if (this.#phase.name === 'connected') this.#phase.connection.handle.authenticate(credentials);
    else if (this.#phase.name === 'connecting') this.#phase.connector.authenticate(credentials);
  }

  /** Starts a request of the library, or rejects at once if there is no connection. The library would queue it. */
  call<T>(start: (client: NativeClient, settle: NativeSettle<T>) => number): Promise<T> {
    const phase = this.#phase;
    if (phase.name !== 'connected' || !phase.connection.isReady) return Promise.reject(connectionLoss());
    return phase.connection.request(start);
  }

  /** Ends the session if the servers can be reached. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const phase = this.#terminate();
    if (phase.name === 'connecting') phase.connector.stop();
    if (phase.name !== 'connected') return;
    phase.connection.release();
    const { handle, addresses, timeoutMs } = phase.connection;
    await closeSession(handle, addresses, this.#clock, timeoutMs);
  }

  /** From now on nothing is attempted, emitted or accepted. Returns the previous phase. */
  #terminate(): Phase {
    const phase = this.#phase;
    this.#phase = { name: 'over' };
    this.#observer = () => undefined;
    this.#names.stop();
    this.#failures.stop();
    this.#calls.rejectAll();
    return phase;
  }

  get #random(): () => number {
    return this.#environment.random ?? Math.random;
  }

  #startConnector(resume: SessionKey | null): void {
    const connector = new Connector({
      load: this.#environment.load ?? loadLibrary,
      book: this.#addresses,
      clock: this.#clock,
      random: this.#random,
      timeoutMs: this.#options.sessionTimeoutMs,
      credentials: () => this.#credentials,
      resume,
      shortLived: this.#shortLived,
      connections: this.#connections,
      failures: this.#failures,
      observer: {
        connected: (handle, addresses) => this.#startConnection(handle, addresses, resume !== null),
        ended: () => setImmediate(() => this.#expired()),
        failed: (error) => {
          this.#emit({ type: 'fault', error });
          this.#terminate();
        },
      },
    });
    this.#phase = { name: 'connecting', connector };
  }

  /** @param resumed whether the handle is a new one in an old session, and has no watches */
  #startConnection(handle: LibraryHandle, addresses: readonly string[], resumed: boolean): void {
    this.#connections += 1;
    const beganAt = this.#clock.now();
    const connection = new NativeConnection({
      handle,
      addresses,
      resumed,
      clock: this.#clock,
      calls: this.#calls,
      watches: this.watches,
      observer: {
        ready: () => {
          this.#shortLived = 0;
          this.#ready(connection);
        },
        disconnected: (quietMs) => this.#disconnected(quietMs, addresses),
        watch: (event) => this.#watch(event),
        expired: () => this.#expired(),
        lost: (key) => {
          // The observer of the disconnect may have called `close`.
          if (this.#phase.name === 'over') return;
          this.#reportBroken(addresses);
          // Servers that drop each connection must not be tried in a tight loop.
          if (this.#clock.now() - beganAt < shortLifeMs) this.#shortLived += 1;
          this.#startConnector(key);
        },
      },
    });
    this.#phase = { name: 'connected', connection };
    connection.begin();
  }

  #ready(connection: NativeConnection): void {
    const preparing = this.#prepare((error) => this.#emit({ type: 'fault', error }));
    if (preparing === undefined) this.#announce(connection);
    // Otherwise the connection broke, and the next one is prepared.
    else preparing.then(() => this.#announce(connection), ignore);
  }

  #announce(connection: NativeConnection): void {
    if (this.#phase.name !== 'connected' || this.#phase.connection !== connection || !connection.isReady) return;
    this.#announced = true;
    const [address = ''] = connection.addresses;
    const [server] = this.#addresses.serversAt(address);
    this.#emit({ type: 'connected', sessionId: connection.handle.sessionId, timeoutMs: connection.timeoutMs, server });
    const warn =
      this.#environment.warn ?? ((message) => process.emitWarning(message, { code: 'NDSR_SOCKETS_INHERITED' }));
    void warnOfInheritedSockets(new Set(this.#options.servers.map(({ port }) => port)), warn);
  }

  #reportBroken([address]: readonly string[]): void {
    if (address !== undefined) this.#failures.disconnected(address);
  }

  #disconnected(quietMs: number, addresses: readonly string[]): void {
    this.#reportBroken(addresses);
    if (this.#announced) this.#emit({ type: 'disconnected', quietMs });
    this.#announced = false;
  }

  #watch(event: WatchEvent): void {
    if (this.watches.fire(event)) this.#emit({ type: 'watch', event });
  }

  #expired(): void {
    if (this.#phase.name === 'over') return;
    const observer = this.#observer;
    this.#terminate();
    notify(observer, { type: 'expired' });
  }

  #emit(event: ClientEvent): void {
    notify(this.#observer, event);
  }
}

function ignore(): void {
  // It is reported in another way.
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
