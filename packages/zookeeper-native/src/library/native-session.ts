import { type Clock, type Credentials, systemClock } from '@ndsr/core/backend';
import {
  type ClientEvent,
  type ClientObserver,
  type ClientOptions,
  type Lookup,
  NameResolver,
  type ServerFailureListener,
  type WatchEvent,
} from '@ndsr/zookeeper-common';
import { AddressBook } from './address-book.js';
import { Calls, connectionLoss, type Settle } from './calls.js';
import { warnOfInheritedSockets } from './close-on-exec.js';
import { endSession } from './closing.js';
import { Dialler } from './dialler.js';
import { FailureReporter } from './failure-reporter.js';
import type { LibraryHandle, SessionKey } from './handle.js';
import type { LibraryModule, NativeClient } from './library-types.js';
import { Link } from './link.js';
import { loadLibrary } from './load-library.js';
import { probeServer, type StartProbe } from './probe.js';
import { WatchTable } from './watch-table.js';

/** What a session takes from outside. */
export interface SessionEnvironment {
  readonly clock?: Clock | undefined;
  /** From 0 up to 1, as `Math.random`. */
  readonly random?: (() => number) | undefined;
  readonly load?: (() => LibraryModule) | undefined;
  readonly lookup?: Lookup | undefined;
  /** Finds out why an attempt failed. */
  readonly startProbe?: StartProbe | undefined;
  /** Told of a binding that was built wrong, once in the process. */
  readonly warn?: ((message: string) => void) | undefined;
}

type Phase =
  | { readonly name: 'idle' | 'over' }
  | { readonly name: 'dialling'; readonly dialler: Dialler }
  | { readonly name: 'linked'; readonly link: Link };

/** Does what has to be done in a connection before anybody hears of it; undefined where there is nothing. Tells of trouble. */
type Prepare = (tell: (error: Error) => void) => Promise<void> | undefined;

const nothingToPrepare: Prepare = () => undefined;

/** A connection that broke before it was that old may have been dropped because it was made. */
const shortLifeMs = 1_000;

/** One ZooKeeper session, over one connection after the other, each with a handle of the library of its own. */
export class LibrarySession {
  readonly watches = new WatchTable();
  readonly #options: ClientOptions;
  readonly #environment: SessionEnvironment;
  readonly #clock: Clock;
  readonly #names: NameResolver;
  readonly #book: AddressBook;
  readonly #failures: FailureReporter;
  readonly #calls: Calls;
  #phase: Phase = { name: 'idle' };
  readonly #identities: Credentials[];
  #observer: ClientObserver = () => undefined;
  #prepare = nothingToPrepare;
  /** Whether the observer has heard of the connection of the moment. */
  #announced = false;
  #closing: Promise<void> | null = null;
  #connections = 0;
  /** How many connections broke as soon as they were made, the last ones in a row. */
  #shortLived = 0;

  constructor(options: ClientOptions, environment: SessionEnvironment) {
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
    this.#book = new AddressBook(options.servers, this.#names, this.#random);
    this.#failures = new FailureReporter({ book: this.#book, clock, startProbe, report });
    this.#calls = new Calls(this.#clock);
    this.#identities = [...(options.credentials ?? [])];
  }

  /** For how long no answer has come. */
  get quietMs(): number {
    return this.#calls.quietMs;
  }

  /** The session of the moment; `0n` before there is one. */
  get id(): bigint {
    return this.#phase.name === 'linked' ? this.#phase.link.handle.sessionId : 0n;
  }

  connect(observer: ClientObserver, prepare = nothingToPrepare): void {
    if (this.#phase.name !== 'idle') return;
    this.#observer = observer;
    this.#prepare = prepare;
    this.#dial(null);
  }

  /** In this connection and in each that follows. */
  authenticate(credentials: Credentials): void {
    if (this.#identities.some((known) => known.equals(credentials))) return;
    this.#identities.push(credentials);
    if (this.#phase.name === 'linked') this.#phase.link.handle.authenticate(credentials);
    else if (this.#phase.name === 'dialling') this.#phase.dialler.authenticate(credentials);
  }

  /** Starts a request of the library, or rejects at once where there is no connection. The library would queue it. */
  call<T>(start: (client: NativeClient, settle: Settle<T>) => number): Promise<T> {
    const phase = this.#phase;
    if (phase.name !== 'linked' || !phase.link.isReady) return Promise.reject(connectionLoss());
    return phase.link.request(start);
  }

  /** Ends the session where it can be reached. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const phase = this.#over();
    if (phase.name === 'dialling') phase.dialler.stop();
    if (phase.name !== 'linked') return;
    phase.link.release();
    const { handle, addresses, timeoutMs } = phase.link;
    await endSession(handle, addresses, this.#clock, timeoutMs);
  }

  /** Nothing is tried, told or taken any more. Returns what was the phase. */
  #over(): Phase {
    const phase = this.#phase;
    this.#phase = { name: 'over' };
    this.#observer = () => undefined;
    this.#names.stop();
    this.#failures.stop();
    this.#calls.lose();
    return phase;
  }

  get #random(): () => number {
    return this.#environment.random ?? Math.random;
  }

  #dial(resume: SessionKey | null): void {
    const dialler = new Dialler({
      load: this.#environment.load ?? loadLibrary,
      book: this.#book,
      clock: this.#clock,
      random: this.#random,
      timeoutMs: this.#options.sessionTimeoutMs,
      credentials: () => this.#identities,
      resume,
      shortLived: this.#shortLived,
      connections: this.#connections,
      failures: this.#failures,
      observer: {
        connected: (handle, addresses) => this.#linked(handle, addresses, resume !== null),
        ended: () => setImmediate(() => this.#expired()),
        failed: (error) => {
          this.#tell({ type: 'fault', error });
          this.#over();
        },
      },
    });
    this.#phase = { name: 'dialling', dialler };
  }

  /** @param resumed whether the handle is a new one in an old session, so that it knows of no watch */
  #linked(handle: LibraryHandle, addresses: readonly string[], resumed: boolean): void {
    this.#connections += 1;
    const beganAt = this.#clock.now();
    const link = new Link({
      handle,
      addresses,
      resumed,
      clock: this.#clock,
      calls: this.#calls,
      watches: this.watches,
      observer: {
        ready: () => {
          this.#shortLived = 0;
          this.#ready(link);
        },
        disconnected: (quietMs) => this.#disconnected(quietMs, addresses),
        watch: (event) => this.#watch(event),
        expired: () => this.#expired(),
        lost: (key) => {
          // Closed by whoever was just told of the break.
          if (this.#phase.name === 'over') return;
          this.#broke(addresses);
          // Servers that drop each connection must not be dialled in a tight loop.
          if (this.#clock.now() - beganAt < shortLifeMs) this.#shortLived += 1;
          this.#dial(key);
        },
      },
    });
    this.#phase = { name: 'linked', link };
    link.begin();
  }

  #ready(link: Link): void {
    const preparing = this.#prepare((error) => this.#tell({ type: 'fault', error }));
    if (preparing === undefined) this.#announce(link);
    // Else the connection broke, and the next one is prepared.
    else preparing.then(() => this.#announce(link), ignore);
  }

  #announce(link: Link): void {
    if (this.#phase.name !== 'linked' || this.#phase.link !== link || !link.isReady) return;
    this.#announced = true;
    const [address = ''] = link.addresses;
    const [server] = this.#book.serversAt(address);
    this.#tell({ type: 'connected', sessionId: link.handle.sessionId, timeoutMs: link.timeoutMs, server });
    const warn =
      this.#environment.warn ?? ((message) => process.emitWarning(message, { code: 'NDSR_SOCKETS_INHERITED' }));
    void warnOfInheritedSockets(new Set(this.#options.servers.map(({ port }) => port)), warn);
  }

  #broke([address]: readonly string[]): void {
    if (address !== undefined) this.#failures.disconnected(address);
  }

  #disconnected(quietMs: number, addresses: readonly string[]): void {
    this.#broke(addresses);
    if (this.#announced) this.#tell({ type: 'disconnected', quietMs });
    this.#announced = false;
  }

  #watch(event: WatchEvent): void {
    if (this.watches.fire(event)) this.#tell({ type: 'watch', event });
  }

  #expired(): void {
    if (this.#phase.name === 'over') return;
    const observer = this.#observer;
    this.#over();
    inform(observer, { type: 'expired' });
  }

  #tell(event: ClientEvent): void {
    inform(this.#observer, event);
  }
}

function ignore(): void {
  // It is told in another way.
}

/** An observer that throws must not disturb the library, in the middle of whose work it may run. */
function inform(observer: ClientObserver, event: ClientEvent): void {
  try {
    observer(event);
  } catch (error) {
    const fault = error instanceof Error ? error : new Error(String(error));
    if (event.type === 'fault') process.emitWarning(fault);
    else inform(observer, { type: 'fault', error: fault });
  }
}
