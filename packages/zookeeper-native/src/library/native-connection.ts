import type { Clock } from '@ndsr/core/backend';
import { errorNumbers, type WatchEvent, ZooKeeperError } from '@ndsr/zookeeper-common';
import type { Calls, Settle } from './calls.js';
import type { LibraryHandle, SessionKey } from './handle.js';
import type { NativeClient } from './library-types.js';
import { Pulse } from './pulse.js';
import { rearm } from './rearm.js';
import type { WatchTable } from './watch-table.js';

/** What becomes of a link. Never called from within a call of the port, nor while the library lets go of a socket. */
interface LinkObserver {
  /** Requests may be sent, and every watch is armed. */
  ready(): void;
  /** Was ready, and is not any more. */
  disconnected(quietMs: number): void;
  watch(event: WatchEvent): void;
  expired(): void;
  /** The handle had to be given up, but not the session. Nothing follows. */
  lost(key: SessionKey): void;
}

export interface LinkOptions {
  readonly handle: LibraryHandle;
  /** Of all servers, the one that the handle is connected to first. */
  readonly addresses: readonly string[];
  /** Whether the session is older than the handle. */
  readonly resumed: boolean;
  readonly clock: Clock;
  readonly calls: Calls;
  readonly watches: WatchTable;
  readonly observer: LinkObserver;
}

/** `proving`: the servers took the session, and were asked something; `ready`: they answered; `away`: it broke. */
type State = { readonly name: 'proving' | 'ready'; readonly pulse: Pulse } | { readonly name: 'away' | 'over' };

/**
 * One connection, from its greeting to its end, over a handle of its own: the library would dial again by itself, and no
 * handle is let live to that (see `LibraryHandle`). Another goes on with the session.
 */
export class Link {
  readonly handle: LibraryHandle;
  readonly #options: LinkOptions;
  #state: State = { name: 'away' };
  /** Whether the handle has yet to be told of the watches. */
  #unarmed: boolean;
  /** What is to be told when the library has let go of its socket. */
  #untold: (() => void) | null = null;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.handle = options.handle;
    this.#unarmed = options.resumed;
  }

  get isReady(): boolean {
    return this.#state.name === 'ready';
  }

  get #isOver(): boolean {
    return this.#state.name === 'over';
  }

  /** Of all servers, the one of this connection first. */
  get addresses(): readonly string[] {
    return this.#options.addresses;
  }

  /** Granted by the servers. */
  get timeoutMs(): number {
    return this.handle.native.timeout;
  }

  /** The handle has just been connected. */
  begin(): void {
    this.handle.observe({
      connected: () => this.#cameBack(),
      disconnected: () => this.#broken(),
      watch: (event) => this.#options.observer.watch(event),
      ended: () => this.#ended(),
    });
    this.#connected();
  }

  /** Tells nothing any more, and leaves the handle to the caller. */
  release(): void {
    this.#leave({ name: 'over' });
    this.#untold = null;
  }

  /**
   * Starts a request of the library. Every request goes through here: the library sends at once, and when that fails it
   * closes the socket, keeps its number in libuv, and says nothing until it next looks at its connection.
   */
  request<T>(start: (client: NativeClient, settle: Settle<T>) => number): Promise<T> {
    const answer = this.#options.calls.run<T>((settle) => start(this.handle.native, settle));
    if (!this.handle.isConnected && !this.#isOver) this.#giveUp();
    return answer;
  }

  #connected(): void {
    const { clock, calls } = this.#options;
    calls.heard();
    const pulse = new Pulse({
      clock,
      timeoutMs: this.timeoutMs,
      silentMs: () => calls.silentMs,
      waitedMs: () => calls.waitedMs,
      quietMs: () => calls.quietMs,
      probe: () => void this.#ask().catch(() => undefined),
      stalled: () => this.#giveUp(),
    });
    this.#leave({ name: 'proving', pulse });
    void this.#prove(pulse);
  }

  /** Only an answer tells a good server. */
  async #prove(pulse: Pulse): Promise<void> {
    try {
      await this.#ask();
      if (this.#unarmed) await this.#rearm();
    } catch {
      // The connection broke; that is told by the library itself.
      return;
    }
    if (this.#state.name !== 'proving' || this.#state.pulse !== pulse) return;
    this.#state = { name: 'ready', pulse };
    this.#unarmed = false;
    this.#options.observer.ready();
  }

  /** A handle that is new in the session has not seen what the old one saw: its server has to catch up first. */
  async #ask(): Promise<void> {
    const asked = this.request<void>((native, settle) =>
      this.#unarmed
        ? native.a_sync('/', (code, message) => settle(code, message, () => undefined))
        : native.a_exists('/', false, (code, message) => settle(code, message, () => undefined)),
    );
    try {
      await asked;
    } catch (error) {
      // Any other number is an answer too.
      if (!(error instanceof ZooKeeperError) || error.number === errorNumbers.connectionLoss) throw error;
    }
  }

  /** The library knows of no watch that was armed on another handle. */
  #rearm(): Promise<void> {
    const { watches, observer } = this.#options;
    const tell = (event: WatchEvent): void => observer.watch(event);
    return rearm({ request: (start) => this.request(start), paths: watches.wanted(), tell });
  }

  /** The library tells of the break, in the middle of it. */
  #broken(): void {
    if (this.#isOver) return;
    this.#away();
    this.#endWith(() => this.handle.abandonInside());
  }

  /** Without a word that it was away: a request had broken it. */
  #cameBack(): void {
    if (this.#isOver) return;
    this.#away();
    this.#later(() => this.#resign());
  }

  /** Not connected any more; whoever has to know is told later. */
  #away(): void {
    const wasReady = this.#state.name === 'ready';
    const { calls, observer } = this.#options;
    const { quietMs } = calls;
    this.#leave({ name: 'away' });
    this.#later(() => {
      calls.lose();
      if (wasReady) observer.disconnected(quietMs);
    });
  }

  #ended(): void {
    this.#leave({ name: 'over' });
    const { calls, observer } = this.#options;
    this.#later(() => {
      calls.lose();
      observer.expired();
    });
  }

  /** What the library holds is closed in this very step: see `LibraryHandle`. Another handle goes on with the session. */
  #giveUp(): void {
    this.#away();
    this.#resign();
  }

  #resign(): void {
    this.#endWith(() => this.handle.abandon());
  }

  #endWith(close: () => void): void {
    if (this.#isOver) return;
    const { key } = this.handle;
    this.#leave({ name: 'over' });
    close();
    this.#later(() => this.#options.observer.lost(key));
  }

  #leave(state: State): void {
    if ('pulse' in this.#state) this.#state.pulse.stop();
    this.#state = state;
  }

  #later(tell: () => void): void {
    const before = this.#untold;
    this.#untold = () => {
      before?.();
      tell();
    };
    if (before === null) setImmediate(() => this.#tellNow());
  }

  #tellNow(): void {
    const untold = this.#untold;
    this.#untold = null;
    untold?.();
  }
}
