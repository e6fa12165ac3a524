import type { CancelTimer, Clock } from '@ndsr/core/backend';

/** How long a connection may be silent, and what happens then. */
export interface WatchdogOptions {
  /** The time, and the timers. */
  readonly clock: Clock;
  /** How long the server may be silent until it has given a session. */
  readonly handshakeTimeoutMs: number;
  /** Sends a request that the server must answer. */
  readonly probe: () => void;
  /** Called once, when the connection has timed out. */
  readonly onTimeout: () => void;
}

/**
 * Detects a connection that no longer gets answers. The kernel alone takes 15 minutes or for ever, also during the
 * handshake, and node-zookeeper-client relies on it. That library also pings only while the socket is idle, so the session
 * of a client that only receives events would expire.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  #answeredAt: number;
  /** Null during the handshake. */
  #timeoutMs: number | null = null;
  #probedAt = 0;
  /** When the first probe since the last answer was sent. */
  #waitingSince: number | null = null;
  #cancel: CancelTimer = () => undefined;
  #stopped = false;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#answeredAt = options.clock.now();
    this.#checkIn(options.handshakeTimeoutMs);
  }

  /** The time since the last answer, ms. */
  get quietMs(): number {
    return this.#options.clock.now() - this.#answeredAt;
  }

  /** An answer was received, or a part of one. Watch events do not count. */
  onAnswer(): void {
    this.#answeredAt = this.#options.clock.now();
    this.#waitingSince = null;
  }

  /** The handshake is done. Probes at once: only an answer after the handshake shows that the server works. */
  established(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
    this.#probe(this.#options.clock.now());
    this.#checkIn(timeoutMs / 3);
  }

  /** Stops watching; nothing is called any more. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** After a stalled event loop, timers run before received data is read; hence `setImmediate`. */
  #checkIn(ms: number): void {
    if (this.#stopped) return;
    this.#cancel();
    const { clock } = this.#options;
    this.#cancel = clock.backgroundTimer(Math.max(ms, 1), () => {
      // Not unreferenced: in an otherwise idle process the event loop would wait for I/O before it ran this.
      const immediate = setImmediate(() => this.#check());
      this.#cancel = () => clearImmediate(immediate);
    });
  }

  #check(): void {
    if (this.#stopped) return;
    const now = this.#options.clock.now();
    if (this.#timeoutMs === null) this.#checkHandshake(now, this.#options.handshakeTimeoutMs);
    else this.#checkSession(now, this.#timeoutMs / 3);
  }

  #checkHandshake(now: number, timeoutMs: number): void {
    const leftMs = this.#answeredAt + timeoutMs - now;
    if (leftMs <= 0) this.#timeOut();
    else this.#checkIn(leftMs);
  }

  /** Silence counts only after a probe that had time to be answered: the event loop itself may have stalled. */
  #checkSession(now: number, thirdMs: number): void {
    const answerDueAt = this.#waitingSince === null ? Number.POSITIVE_INFINITY : this.#waitingSince + thirdMs;
    const lostAt = Math.max(this.#answeredAt + 2 * thirdMs, answerDueAt);
    if (now >= lostAt) {
      this.#timeOut();
    } else {
      if (now >= this.#probedAt + thirdMs) this.#probe(now);
      this.#checkIn(Math.min(this.#probedAt + thirdMs, lostAt) - now);
    }
  }

  #probe(now: number): void {
    this.#probedAt = now;
    this.#waitingSince ??= now;
    this.#options.probe();
  }

  #timeOut(): void {
    this.stop();
    this.#options.onTimeout();
  }
}
