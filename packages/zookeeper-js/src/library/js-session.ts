import type { Socket } from 'node:net';
import { type CancelTimer, type Clock, type Credentials, ServiceRegistryError, systemClock } from '@ndsr/core/backend';
import {
  type ClientEvent,
  type ClientObserver,
  type ClientOptions,
  formatAddress,
  type Lookup,
  NameResolver,
  type ServerAddress,
  type ServerFailureListener,
} from '@ndsr/zookeeper-common';
import { Calls, connectionLoss, type Settle } from './calls.js';
import { endSession } from './closing.js';
import { Connection, type ConnectionEnd } from './connection.js';
import { createLibraryClient, digestOf } from './library-client.js';
import type { LibraryClient } from './library-types.js';
import type { Dial, Line } from './line.js';
import { dialPlain } from './plain-line.js';
import { ReconnectSchedule } from './reconnect-schedule.js';
import { WatchTable } from './watch-table.js';

/** What the sessions of one registry, one after the other, have in common. */
export interface Acquaintance {
  /** Whether the servers have ever given a session, so that they were reached in the right way. */
  wasGood: boolean;
}

/** Servers put no limit on what they send: 100,000 children are about 5 MB. */
const usualMaxReplyBytes = 64 * 1024 * 1024;

/** What a session takes from outside. */
export interface SessionEnvironment {
  readonly clock?: Clock;
  /** From 0 up to 1, as `Math.random`. */
  readonly random?: () => number;
  /** @default that of the operating system */
  readonly lookup?: Lookup;
  /** How connections are made. */
  readonly dial?: Dial;
  readonly acquaintance?: Acquaintance;
  /**
   * The longest reply that is accepted, in bytes.
   * @default 67_108_864
   */
  readonly maxReplyBytes?: number | undefined;
}

type Phase =
  | { readonly name: 'idle' | 'over' }
  | { readonly name: 'waiting'; readonly cancel: CancelTimer }
  | { readonly name: 'open'; readonly connection: Connection };

/** One ZooKeeper session over one connection after the other, all through one client of the library. */
export class LibrarySession {
  readonly watches: WatchTable;
  readonly #client: LibraryClient;
  readonly #clock: Clock;
  readonly #schedule: ReconnectSchedule;
  readonly #names: NameResolver;
  readonly #dialLine: Dial;
  readonly #onServerFailure: ServerFailureListener;
  readonly #acquaintance: Acquaintance;
  readonly #maxReplyBytes: number;
  /** What was complained of since it was last connected. */
  readonly #complaints = new Set<string>();
  readonly #calls = new Calls();
  readonly #identities: Credentials[] = [];
  #phase: Phase = { name: 'idle' };
  #observer: ClientObserver = () => undefined;
  #contactAt: number | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: ClientOptions, environment: SessionEnvironment) {
    const { clock = systemClock, random = Math.random, lookup, dial = dialPlain } = environment;
    this.#client = createLibraryClient(options.sessionTimeoutMs);
    for (const credentials of options.credentials ?? []) this.authenticate(credentials);
    this.#clock = clock;
    this.#dialLine = dial;
    this.#acquaintance = environment.acquaintance ?? { wasGood: false };
    this.#maxReplyBytes = environment.maxReplyBytes ?? usualMaxReplyBytes;
    this.#schedule = new ReconnectSchedule(options.servers, random);
    this.#onServerFailure = options.onServerFailure ?? (() => undefined);
    const onFailure = (host: string, error: Error): void => {
      for (const server of options.servers) if (server.host === host) this.#failed(server, error);
    };
    this.#names = new NameResolver(options.servers, { clock, random, lookup, onFailure });
    this.watches = new WatchTable(this.#client.connectionManager.watcherManager, {
      event: (event) => this.#tell({ type: 'watch', event }),
      fault: (error) => this.#tell({ type: 'fault', error }),
    });
  }

  /** For how long no answer has come over the connection; 0 where there is none. */
  get quietMs(): number {
    return this.#phase.name === 'open' ? this.#phase.connection.quietMs : 0;
  }

  connect(observer: ClientObserver): void {
    if (this.#phase.name !== 'idle') return;
    this.#observer = observer;
    this.#attempt();
  }

  /** Kept by the library, which sends them at once where it is connected, and at the beginning of each connection. */
  authenticate(credentials: Credentials): void {
    if (this.#identities.some((known) => known.equals(credentials))) return;
    this.#identities.push(credentials);
    const digest = digestOf(credentials);
    this.#client.addAuthInfo('digest', digest);
    if (this.#phase.name === 'open') this.#phase.connection.authenticate(digest);
  }

  /** Starts a request of the library, or rejects at once where there is no connection. The library would queue it. */
  call<T>(start: (client: LibraryClient, settle: Settle<T>) => void): Promise<T> {
    if (this.#phase.name !== 'open' || !this.#phase.connection.ready) return Promise.reject(connectionLoss());
    return this.#calls.run((settle) => start(this.#client, settle));
  }

  /** Ends the session where it can be reached. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const phase = this.#over();
    if (phase.name === 'open') await endSession(phase.connection, this.#clock, this.#timeoutMs);
  }

  /** Nothing is tried, told or taken any more. Returns what was the phase. */
  #over(): Phase {
    const phase = this.#phase;
    if (phase.name === 'waiting') phase.cancel();
    this.#phase = { name: 'over' };
    this.#observer = () => undefined;
    this.#names.stop();
    this.#calls.lose();
    return phase;
  }

  get #timeoutMs(): number {
    return this.#client.connectionManager.sessionTimeout;
  }

  #attempt(): void {
    const session = { timeoutMs: this.#timeoutMs, contactAt: this.#contactAt };
    const { server, delayMs, patienceMs } = this.#schedule.plan(this.#clock.now(), session);
    const cancel = this.#clock.backgroundTimer(delayMs, () => void this.#resolve(server, patienceMs));
    this.#phase = { name: 'waiting', cancel };
  }

  /** A server whose name has no address yet is passed over, as one that refuses is. */
  async #resolve(server: ServerAddress, patienceMs: number): Promise<void> {
    await this.#names.ready();
    if (this.#phase.name === 'over') return;
    const addresses = this.#names.addressesOf(server.host);
    if (addresses.length === 0) this.#attempt();
    else this.#dial(server, addresses, patienceMs);
  }

  #dial(server: ServerAddress, addresses: readonly string[], patienceMs: number): void {
    try {
      const line = this.#dialLine(server, addresses);
      letProcessEnd(line.socket);
      this.#phase = { name: 'open', connection: this.#open(line, server, patienceMs) };
    } catch (cause) {
      this.#failed(server, cause instanceof Error ? cause : new Error(String(cause)));
      this.#attempt();
      if (cause instanceof ServiceRegistryError) this.#complain(cause);
      else this.#tell({ type: 'fault', error: new Error(`cannot dial ${formatAddress(server)}`, { cause }) });
    }
  }

  #open(line: Line, server: ServerAddress, patienceMs: number): Connection {
    const established = () => {
      this.#contactAt = this.#clock.now();
      this.#acquaintance.wasGood = true;
    };
    return new Connection({
      manager: this.#client.connectionManager,
      line,
      clock: this.#clock,
      patienceMs,
      recursive: this.watches.recursive,
      maxReplyBytes: this.#maxReplyBytes,
      observer: {
        established,
        proven: () => {
          established();
          this.#schedule.succeeded();
        },
        ready: () => this.#ready(server),
        fault: ({ message, cause }) =>
          this.#tell({ type: 'fault', error: new Error(`${formatAddress(server)}: ${message}`, { cause }) }),
        expired: (refusal) => {
          if (refusal !== undefined) this.#failed(server, refusal);
          this.#expired();
        },
        ended: (end) => this.#ended(end, line, server),
      },
    });
  }

  #ready(server: ServerAddress): void {
    this.#complaints.clear();
    const { sessionId, sessionTimeout } = this.#client.connectionManager;
    this.#tell({ type: 'connected', sessionId: sessionId.readBigInt64BE(), timeoutMs: sessionTimeout, server });
  }

  #ended({ wasReady, quietMs, breach, wasMalformed, error }: ConnectionEnd, line: Line, server: ServerAddress): void {
    if (this.#phase.name === 'over') return;
    const why = breach === null ? undefined : line.explain(breach, this.#acquaintance.wasGood);
    this.#failed(server, why ?? error);
    this.#schedule.ended(wasMalformed);
    this.#attempt();
    this.#calls.lose();
    this.watches.disconnected();
    if (wasReady) this.#tell({ type: 'disconnected', quietMs });
    if (why !== undefined) this.#complain(why);
  }

  #failed(server: ServerAddress, error: Error): void {
    if (this.#phase.name !== 'over') this.#onServerFailure(server, error);
  }

  /** Once for each thing that is wrong, however often it is tried. */
  #complain(error: Error): void {
    if (this.#complaints.has(error.message)) return;
    this.#complaints.add(error.message);
    this.#tell({ type: 'fault', error });
  }

  #expired(): void {
    const observer = this.#observer;
    this.#over();
    inform(observer, { type: 'expired' });
  }

  #tell(event: ClientEvent): void {
    inform(this.#observer, event);
  }
}

/**
 * Whoever waits for the registry keeps the process alive, not the connection. Again when it is connected: of several
 * addresses of a host each is tried through a handle of its own.
 */
function letProcessEnd(socket: Socket): void {
  socket.unref();
  socket.once('connect', () => socket.unref());
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
