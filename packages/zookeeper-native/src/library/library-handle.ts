import type { Clock, Credentials } from '@ndsr/core/backend';
import type { WatchEvent } from '@ndsr/zookeeper-common';
import { type LibraryModule, type NativeClient, nativeStates } from './library-types.js';
import { SocketDescriptor } from './socket-descriptor.js';

/**
 * Receives the events of a handle. Called from inside the library, in the middle of its work: if the connection has just
 * broken, the observer must not open a socket (see `LibraryHandle`).
 */
export interface HandleObserver {
  /** The servers gave or resumed the session, and the library has sent them the watches. */
  connected(): void;
  disconnected(): void;
  watch(event: WatchEvent): void;
  /** The servers expired the session or rejected the credentials. The handle is dead. */
  ended(): void;
}

/** With it another handle can resume a session. */
export interface SessionKey {
  readonly id: string;
  readonly password: string;
}

export interface OpenOptions {
  /** `address:port`. Exactly one: see `LibraryHandle`. */
  readonly address: string;
  readonly sessionTimeoutMs: number;
  readonly resume: SessionKey | null;
  readonly credentials: readonly Credentials[];
}

const kinds: ReadonlyMap<string, WatchEvent['kind']> = new Map([
  ['created', 'created'],
  ['deleted', 'deleted'],
  ['changed', 'changed'],
  ['child', 'children'],
]);

/** An address that is reserved for documentation, without a host. */
const unreachableServer = '192.0.2.1:1';
/** A server list that the library cannot parse: with it, the library does nothing when it would connect. */
const invalidServers = 'nowhere:0';
/** How often to check whether a file descriptor is free again. */
const checkEveryMs = 1_000;

/**
 * One client object of the library, with the workarounds for defects of single calls.
 *
 * When the library closes its socket it first emits the event, and only afterwards releases the file descriptor in libuv. A socket that
 * is opened in between gets the same descriptor, and then never receives anything. So observers are notified later, and a
 * handle whose connection broke outside of the library's own work is closed synchronously.
 *
 * If it closes a socket and does not open another in the same call (there was no answer for two thirds of the timeout, or
 * the next server of its list refused at once) it releases the descriptor only at its next attempt, up to a third of the
 * timeout later. A socket that got the descriptor meanwhile, perhaps an HTTP connection, is then removed from libuv's table,
 * receives nothing any more, and at its next change libuv aborts the process. So a handle makes one connection, to one
 * server: after the second failure the library releases everything. The handle is closed in the very call in which the library reports
 * the break, and no attempt may last for two thirds of the timeout. If the second attempt fails in the same call, and another
 * socket has got the descriptor since, the handle is kept, inactive, as long as that socket is open. See docs/decisions/0009.
 */
export class LibraryHandle {
  readonly native: NativeClient;
  readonly #clock: Clock;
  #observer: HandleObserver | null = null;
  /** That of the first attempt. */
  #descriptor: SocketDescriptor | null = null;

  constructor(Library: LibraryModule, clock: Clock) {
    this.#clock = clock;
    this.native = new Library({}).native;
    // One function for each client: if two shared it, the process would end.
    this.native.emit = (event, _client, detail) => this.#onEvent(event, detail);
  }

  observe(observer: HandleObserver): void {
    this.#observer = observer;
  }

  /** False if the library rejects the server: then no event follows. The library reports it in no other way. */
  open(options: OpenOptions): boolean {
    let isAccepted = false;
    this.#descriptor = SocketDescriptor.ofSocketIn(() => {
      isAccepted = this.#init(options);
    });
    if (isAccepted) for (const one of options.credentials) this.authenticate(one);
    return isAccepted;
  }

  #init({ address, sessionTimeoutMs, resume }: OpenOptions): boolean {
    const made = this.native.init({
      connect: address,
      timeout: Math.round(sessionTimeoutMs),
      debug_level: 0,
      // A global setting for all clients of the process.
      host_order_deterministic: true,
      // After this many reads without a whole answer (a large one arrives in many pieces) the library would close itself,
      // report "expired", and really end the session.
      response_counter_limit: 1e9,
      ...(resume === null ? {} : { client_id: resume.id, client_password: resume.password }),
    });
    return made === this.native;
  }

  /** To be called after `open`. Sent at once if it is connected or connecting, otherwise once it is connected. */
  authenticate(credentials: Credentials): void {
    const { username, password } = credentials.reveal();
    // A rejection is reported as the end of the session.
    this.native.add_auth('digest', `${username}:${password}`, () => undefined);
  }

  get isConnected(): boolean {
    return this.native.state === nativeStates.connected;
  }

  /** True if no attempt is in progress: the last one has failed. */
  get isBetweenAttempts(): boolean {
    return this.native.state === nativeStates.betweenAttempts;
  }

  /** Valid while there is a session. */
  get key(): SessionKey {
    return { id: this.native.client_id, password: this.native.client_password };
  }

  get sessionId(): bigint {
    return BigInt.asIntN(64, BigInt(`0x${this.native.client_id}`));
  }

  /** Closes the connection without closing the session, which lives until it times out. Does not block. */
  abandon(): void {
    this.#observer = null;
    // The server that it is connected to is not in the new list, so the library closes the socket.
    if (this.isConnected) this.native.set_servers(unreachableServer);
    if (this.isBetweenAttempts && this.#descriptor?.isReused) this.#abandonLater();
    else this.native.close();
  }

  /** Closing it now would remove the descriptor from libuv's table, and with it a socket that is not ours. */
  #abandonLater(): void {
    this.native.set_servers(invalidServers);
    this.#clock.backgroundTimer(checkEveryMs, () => this.abandon());
  }

  /** Like `abandon`, from inside the library while it reports the break: the socket is closed already. */
  abandonInside(): void {
    this.#observer = null;
    this.native.close();
  }

  #onEvent(event: string, detail: unknown): void {
    const observer = this.#observer;
    if (observer === null) return;
    const kind = kinds.get(event);
    if (kind !== undefined) observer.watch({ kind, path: String(detail) });
    else if (event === 'connect') observer.connected();
    else if (event === 'connecting') observer.disconnected();
    else if (event === 'close') observer.ended();
  }
}
