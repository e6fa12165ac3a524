import type { CancelTimer, Clock } from '@ndsr/core/backend';
import { errorNumbers, type WatchEvent, ZooKeeperError } from '@ndsr/zookeeper-common';
import type { AddressBook } from './address-book.js';
import type { Calls } from './calls.js';
import type { LibraryHandle, SessionKey } from './handle.js';
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
  /** What the handle was opened with. */
  readonly addresses: readonly string[];
  /** Whether the session is older than the handle. */
  readonly resumed: boolean;
  readonly book: AddressBook;
  readonly clock: Clock;
  readonly calls: Calls;
  readonly watches: WatchTable;
  readonly observer: LinkObserver;
}

/**
 * `proving`: the servers took the session, and were asked something; `ready`: they answered; `away`: no connection, the
 * library tries.
 */
type State = { readonly name: 'proving' | 'ready'; readonly pulse: Pulse } | { readonly name: 'away' | 'over' };

/**
 * The servers take a frame of 1,048,575 bytes by default, and drop the connection on a longer one: the library would try
 * again for ever with the watches of more than about 16,000 paths.
 */
const mostWatchBytes = 1_000_000;
/** So often may the servers take the session and then drop the connection before it is tried without the watches. */
const mostUnproven = 3;

/** The connections of one handle, from the first one on; the library makes them, one after the other. */
export class Link {
  readonly handle: LibraryHandle;
  readonly #options: LinkOptions;
  #addresses: readonly string[];
  #state: State = { name: 'away' };
  #unproven = 0;
  /** Whether the handle has yet to be told of the watches. */
  #unarmed: boolean;
  /** What is to be told when the library has let go of its socket. */
  #untold: (() => void) | null = null;
  #cancelLookup: CancelTimer = () => undefined;
  #cancelAway: CancelTimer = () => undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.handle = options.handle;
    this.#unarmed = options.resumed;
    this.#addresses = options.addresses;
  }

  get isReady(): boolean {
    return this.#state.name === 'ready';
  }

  get #isOver(): boolean {
    return this.#state.name === 'over';
  }

  /** Of all servers, as the library has them. */
  get addresses(): readonly string[] {
    return this.#addresses;
  }

  /** Granted by the servers. */
  get timeoutMs(): number {
    return this.handle.native.timeout;
  }

  /** The handle has just been connected. */
  begin(): void {
    this.handle.observe({
      connected: () => this.#connected(),
      disconnected: () => {
        // Before the library decides whether to pause. Servers that only ever drop the connection are not hurried.
        if (this.isReady) this.#seekAnother();
        this.#disconnected();
      },
      watch: (event) => this.#watch(event),
      ended: () => this.#ended(),
    });
    this.#connected();
  }

  /** Tells nothing any more, and leaves the handle to the caller. */
  release(): void {
    this.#leave({ name: 'over' });
    this.#untold = null;
  }

  /** The library closed the socket while it was sending, and does not say so. */
  broke(): void {
    if (this.#isOver) return;
    this.#giveUp();
  }

  #connected(): void {
    // It may have come back without a word that it was away.
    if (this.#state.name !== 'away') this.#disconnected();
    this.#tellNow();
    if (this.#isOver) return;
    const { clock, calls } = this.#options;
    calls.heard();
    const pulse = new Pulse({
      clock,
      timeoutMs: this.timeoutMs,
      silentMs: () => calls.silentMs,
      waitedMs: () => calls.waitedMs,
      probe: () => void this.#ask().catch(() => undefined),
      stalled: () => this.#giveUp(),
    });
    this.#leave({ name: 'proving', pulse });
    void this.#prove(pulse);
  }

  /**
   * The library sends the watches before anything else, so their events come before the first answer; and servers that
   * drop a connection because of the watches answer nothing.
   */
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
    this.#unproven = 0;
    this.#unarmed = false;
    this.handle.settle(this.#addresses);
    this.#options.observer.ready();
  }

  /** A handle that is new in the session has not seen what the old one saw: its server has to catch up first. */
  async #ask(): Promise<void> {
    const { native } = this.handle;
    const asked = this.#options.calls.run<void>((settle) =>
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

  /** The library arms those watches again that it knows of. */
  #rearm(): Promise<void> {
    const { calls, watches, observer } = this.#options;
    const tell = (event: WatchEvent): void => observer.watch(event);
    return rearm({ native: this.handle.native, calls, paths: watches.wanted(), tell });
  }

  #watch(event: WatchEvent): void {
    this.#options.calls.heard();
    this.#options.observer.watch(event);
  }

  #disconnected(): void {
    const { name } = this.#state;
    if (name === 'away' || name === 'over') return;
    if (name === 'proving') this.#unproven += 1;
    const isSilent = this.#options.calls.quietMs >= this.timeoutMs / 2;
    this.#away();
    if (isSilent) {
      this.#resignInside();
      return;
    }
    // The library's own attempts must not last until it gives them up for silence: see `LibraryHandle`.
    this.#cancelAway = this.#options.clock.backgroundTimer(this.timeoutMs / 3, () => this.#resign());
    if (name === 'ready') this.#later(() => this.#resignIfIdle());
    if (this.#options.watches.bytes > mostWatchBytes || this.#unproven >= mostUnproven) {
      this.#later(() => this.#resign());
      return;
    }
    this.#followNames();
  }

  /** The library dials the second of the list first. */
  #seekAnother(): void {
    const [first = '', ...others] = this.#addresses;
    this.handle.seek(this.#addresses);
    this.#addresses = [...others, first];
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

  /** Between two attempts, and only then, can the library be given other servers without losing a connection. */
  #followNames(): void {
    const { book, clock } = this.#options;
    if (!book.hasNames) return;
    const state = this.#state;
    void book.read().then((addresses) => {
      if (this.#state !== state) return;
      const areNew = addresses.length > 0 && !isSame(addresses, this.#addresses);
      if (areNew && this.handle.isBetweenAttempts) {
        this.#addresses = addresses;
        this.handle.seek(addresses);
      }
      this.#cancelLookup = clock.backgroundTimer(this.timeoutMs / 4, () => this.#followNames());
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

  /** A connection that broke is dialled anew at once, unless the library has come to the end of its list. */
  #resignIfIdle(): void {
    if (this.#state.name === 'away' && this.handle.isBetweenAttempts) this.#resign();
  }

  /**
   * The library gives the connection up for silence, and is in the middle of that. It would dial again only when it has waited
   * as long as it meant to wait for the next answer, often a third of the timeout; and the process might not live to see
   * that, if a socket is opened meanwhile.
   */
  #resignInside(): void {
    this.#endWith(() => this.handle.abandonInside());
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
    this.#cancelLookup();
    this.#cancelAway();
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

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((address) => others.includes(address));
}
