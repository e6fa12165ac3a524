import type { Clock } from '@ndsr/core/backend';
import { errorNumbers, type WatchEvent, ZooKeeperError } from '@ndsr/zookeeper-common';
import { Heartbeat } from './heartbeat.js';
import type { LibraryHandle, SessionKey } from './library-handle.js';
import type { NativeClient } from './library-types.js';
import type { NativeCalls, NativeSettle } from './native-calls.js';
import type { NativeWatchTable } from './native-watch-table.js';
import { resubscribe } from './resubscribe.js';

/** Receives the events of a connection. Never called from inside a call of the port, nor while the library closes a socket. */
interface NativeConnectionObserver {
  /** Requests may be sent, and every watch is armed. */
  ready(): void;
  /** It was ready, and the connection broke. */
  disconnected(quietMs: number): void;
  watch(event: WatchEvent): void;
  expired(): void;
  /** The handle was abandoned, but the session may be alive. No event follows. */
  lost(key: SessionKey): void;
}

export interface NativeConnectionOptions {
  readonly handle: LibraryHandle;
  /** The addresses of all servers, beginning with the one that the handle is connected to. */
  readonly addresses: readonly string[];
  /** True if the session is older than the handle. */
  readonly resumed: boolean;
  readonly clock: Clock;
  readonly calls: NativeCalls;
  readonly watches: NativeWatchTable;
  readonly observer: NativeConnectionObserver;
}

/** `confirming`: the servers gave the session, and a request is in flight; `ready`: they answered; `disconnected`: the connection broke. */
type State =
  | { readonly name: 'confirming' | 'ready'; readonly heartbeat: Heartbeat }
  | { readonly name: 'disconnected' | 'over' };

/**
 * One connection, from its handshake to its end, over a handle of its own: the library would reconnect by itself, and the
 * handle is closed before that (see `LibraryHandle`). Another handle resumes the session.
 */
export class NativeConnection {
  readonly handle: LibraryHandle;
  readonly #options: NativeConnectionOptions;
  #state: State = { name: 'disconnected' };
  /** True if the watches must be armed on this handle. */
  #needsResubscribe: boolean;
  /** The notifications that wait until the library has closed its socket. */
  #pendingNotification: (() => void) | null = null;

  constructor(options: NativeConnectionOptions) {
    this.#options = options;
    this.handle = options.handle;
    this.#needsResubscribe = options.resumed;
  }

  get isReady(): boolean {
    return this.#state.name === 'ready';
  }

  get #isOver(): boolean {
    return this.#state.name === 'over';
  }

  /** The addresses of all servers, beginning with the one of this connection. */
  get addresses(): readonly string[] {
    return this.#options.addresses;
  }

  /** The session timeout that the servers granted. */
  get timeoutMs(): number {
    return this.handle.native.timeout;
  }

  /** Starts it, with a handle that has just been connected. */
  begin(): void {
    this.handle.observe({
      connected: () => this.#onReconnected(),
      disconnected: () => this.#onBroken(),
      watch: (event) => this.#options.observer.watch(event),
      ended: () => this.#onEnded(),
    });
    this.#connected();
  }

  /** Emits nothing any more, and leaves the handle to the caller. */
  release(): void {
    this.#setState({ name: 'over' });
    this.#pendingNotification = null;
  }

  /**
   * Starts a request of the library. Every request goes through this method: the library sends at once, and when that fails it
   * closes the socket, keeps the file descriptor in libuv, and reports nothing until it next checks its connection.
   */
  request<T>(start: (client: NativeClient, settle: NativeSettle<T>) => number): Promise<T> {
    const answer = this.#options.calls.run<T>((settle) => start(this.handle.native, settle));
    if (!this.handle.isConnected && !this.#isOver) this.#giveUp();
    return answer;
  }

  #connected(): void {
    const { clock, calls } = this.#options;
    calls.sessionAccepted();
    const heartbeat = new Heartbeat({
      clock,
      timeoutMs: this.timeoutMs,
      idleMs: () => calls.idleMs,
      waitedMs: () => calls.waitedMs,
      quietMs: () => calls.quietMs,
      probe: () => void this.#probe().catch(() => undefined),
      onTimeout: () => this.#giveUp(),
    });
    this.#setState({ name: 'confirming', heartbeat });
    void this.#confirm(heartbeat);
  }

  /** Only an answer shows that the server works. */
  async #confirm(heartbeat: Heartbeat): Promise<void> {
    try {
      await this.#probe();
      if (this.#needsResubscribe) await this.#resubscribe();
    } catch {
      // The connection broke; the library reports that itself.
      return;
    }
    if (this.#state.name !== 'confirming' || this.#state.heartbeat !== heartbeat) return;
    this.#state = { name: 'ready', heartbeat };
    this.#needsResubscribe = false;
    this.#options.observer.ready();
  }

  /** A new handle of an old session uses `sync`: its server may be behind the one of the old handle, and must catch up first. */
  async #probe(): Promise<void> {
    const answered = this.request<void>((native, settle) =>
      this.#needsResubscribe
        ? native.a_sync('/', (code, message) => settle(code, message, () => undefined))
        : native.a_exists('/', false, (code, message) => settle(code, message, () => undefined)),
    );
    try {
      await answered;
    } catch (error) {
      // Any other error is an answer too.
      if (!(error instanceof ZooKeeperError) || error.number === errorNumbers.connectionLoss) throw error;
    }
  }

  /** The library does not know the watches that were armed on another handle. */
  #resubscribe(): Promise<void> {
    const { watches, observer } = this.#options;
    const notify = (event: WatchEvent): void => observer.watch(event);
    return resubscribe({ request: (start) => this.request(start), paths: watches.active(), notify });
  }

  /** Called by the library while it closes the socket. */
  #onBroken(): void {
    if (this.#isOver) return;
    this.#onDisconnected();
    this.#endWith(() => this.handle.abandonInside());
  }

  /** The library reconnected without reporting a disconnect: a request had broken the connection. */
  #onReconnected(): void {
    if (this.#isOver) return;
    this.#onDisconnected();
    this.#notifyLater(() => this.#abandonHandle());
  }

  /** The connection broke; the observer is notified later. */
  #onDisconnected(): void {
    const wasReady = this.#state.name === 'ready';
    const { calls, observer } = this.#options;
    const { quietMs } = calls;
    this.#setState({ name: 'disconnected' });
    this.#notifyLater(() => {
      calls.rejectAll();
      if (wasReady) observer.disconnected(quietMs);
    });
  }

  #onEnded(): void {
    this.#setState({ name: 'over' });
    const { calls, observer } = this.#options;
    this.#notifyLater(() => {
      calls.rejectAll();
      observer.expired();
    });
  }

  /** Closes the handle synchronously: see `LibraryHandle`. Another handle resumes the session. */
  #giveUp(): void {
    this.#onDisconnected();
    this.#abandonHandle();
  }

  #abandonHandle(): void {
    this.#endWith(() => this.handle.abandon());
  }

  #endWith(close: () => void): void {
    if (this.#isOver) return;
    const { key } = this.handle;
    this.#setState({ name: 'over' });
    close();
    this.#notifyLater(() => this.#options.observer.lost(key));
  }

  #setState(state: State): void {
    if ('heartbeat' in this.#state) this.#state.heartbeat.stop();
    this.#state = state;
  }

  #notifyLater(notify: () => void): void {
    const before = this.#pendingNotification;
    this.#pendingNotification = () => {
      before?.();
      notify();
    };
    if (before === null) setImmediate(() => this.#notifyNow());
  }

  #notifyNow(): void {
    const untold = this.#pendingNotification;
    this.#pendingNotification = null;
    untold?.();
  }
}
