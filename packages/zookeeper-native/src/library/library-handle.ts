import type { Clock, Credentials } from '@ndsr/core/backend';
import type { WatchEvent } from '@ndsr/zookeeper-common';
import { type LibraryModule, type NativeClient, states } from './library-types.js';
import { SocketNumber } from './socket-number.js';

/**
 * What becomes of a handle. Called from inside the library, in the middle of its work: where the connection has just
 * broken, nothing may be done here that opens a socket (see `LibraryHandle`).
 */
export interface HandleObserver {
  /** The servers gave or renewed the session, and have been told of the watches. */
  connected(): void;
  disconnected(): void;
  watch(event: WatchEvent): void;
  /** The servers ended the session, or do not take the credentials. The handle is dead. */
  ended(): void;
}

/** What another handle needs to go on with a session. */
export interface SessionKey {
  readonly id: string;
  readonly password: string;
}

export interface OpenOptions {
  /** `address:port`. Only one: see `LibraryHandle`. */
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

/** Set aside for documentation: nobody is there. */
const nowhere = '192.0.2.1:1';
/** No list of servers at all to the library: with it, it does nothing whenever it would dial. */
const unreadable = 'nowhere:0';
/** How often to look whether a number is free again. */
const lookEveryMs = 1_000;

/**
 * One client object of the library, with the ways around those of its defects that lie in single calls.
 *
 * When the library closes its socket it tells so first, and lets go of the number in libuv only afterwards. A socket that
 * is opened in between gets the same number, and then nothing is ever heard on it. So whoever is told runs later, and a
 * handle whose connection broke outside of the library's own work is closed in the same step.
 *
 * Where it closes a socket and does not open another in the same step (nothing was heard for two thirds of the timeout, or
 * the next server of its list refused at once) it lets go of the number only at its next attempt, up to a third of the
 * timeout later. Whoever was given the number meanwhile, an HTTP connection perhaps, is then taken out of libuv's table,
 * hears nothing any more, and at its next change libuv aborts the process. So a handle makes one connection and dials one
 * server: after the second failure the library lets go of everything. It is closed in the very step in which the library tells
 * of the break, and no attempt may last for two thirds of the timeout. Where the second dial fails in the same call, and
 * somebody else was given the number since, the handle is kept, doing nothing, for as long as he has it. See docs/decisions/0009.
 */
export class LibraryHandle {
  readonly native: NativeClient;
  readonly #clock: Clock;
  #observer: HandleObserver | null = null;
  /** Of the first dial. */
  #socket: SocketNumber | null = null;

  constructor(Library: LibraryModule, clock: Clock) {
    this.#clock = clock;
    this.native = new Library({}).native;
    // One function for each client: shared between two it ends the process.
    this.native.emit = (event, _client, detail) => this.#hear(event, detail);
  }

  observe(observer: HandleObserver): void {
    this.#observer = observer;
  }

  /** False when the library does not take the server: then nothing will ever happen. It says so in no other way. */
  open(options: OpenOptions): boolean {
    let isTaken = false;
    this.#socket = SocketNumber.of(() => {
      isTaken = this.#init(options);
    });
    if (isTaken) for (const one of options.credentials) this.authenticate(one);
    return isTaken;
  }

  #init({ address, sessionTimeoutMs, resume }: OpenOptions): boolean {
    const made = this.native.init({
      connect: address,
      timeout: Math.round(sessionTimeoutMs),
      debug_level: 0,
      // The switch is one for all clients of the process.
      host_order_deterministic: true,
      // After so many reads without a whole answer (a large one comes in many pieces) the library would close itself,
      // call that "expired", and really end the session.
      response_counter_limit: 1e9,
      ...(resume === null ? {} : { client_id: resume.id, client_password: resume.password }),
    });
    return made === this.native;
  }

  /** After `open`. Sent at once where it is connected or about to be, else when it is. */
  authenticate(credentials: Credentials): void {
    const { username, password } = credentials.reveal();
    // What comes of it is told as the end of the session.
    this.native.add_auth('digest', `${username}:${password}`, () => undefined);
  }

  get isConnected(): boolean {
    return this.native.state === states.connected;
  }

  /** Whether no attempt is going on: the one that was made has failed. */
  get isBetweenAttempts(): boolean {
    return this.native.state === states.betweenAttempts;
  }

  /** To be read while there is a session. */
  get key(): SessionKey {
    return { id: this.native.client_id, password: this.native.client_password };
  }

  get sessionId(): bigint {
    return BigInt.asIntN(64, BigInt(`0x${this.native.client_id}`));
  }

  /** Closes without a word to the servers: the session goes on until it times out. Waits for nobody. */
  abandon(): void {
    this.#observer = null;
    // To the library: the server that it is connected to is not in the new list, so it closes the socket.
    if (this.isConnected) this.native.set_servers(nowhere);
    if (this.isBetweenAttempts && this.#socket?.isTaken) this.#keepQuiet();
    else this.native.close();
  }

  /** Closing it now would take the number out of libuv's table, and with it a socket that is not ours. */
  #keepQuiet(): void {
    this.native.set_servers(unreadable);
    this.#clock.backgroundTimer(lookEveryMs, () => this.abandon());
  }

  /** As `abandon`, from inside of the library while it breaks the connection: the socket is closed already. */
  abandonInside(): void {
    this.#observer = null;
    this.native.close();
  }

  #hear(event: string, detail: unknown): void {
    const observer = this.#observer;
    if (observer === null) return;
    const kind = kinds.get(event);
    if (kind !== undefined) observer.watch({ kind, path: String(detail) });
    else if (event === 'connect') observer.connected();
    else if (event === 'connecting') observer.disconnected();
    else if (event === 'close') observer.ended();
  }
}
