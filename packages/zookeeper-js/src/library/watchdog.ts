import type { CancelTimer, Clock } from '@ndsr/core/backend';

export interface WatchdogOptions {
  readonly clock: Clock;
  /** How long the other side may be silent until it has given a session. */
  readonly patienceMs: number;
  /** Asks the other side for a sign of life. */
  readonly probe: () => void;
  /** Called once, when the connection is to be given up. */
  readonly bark: () => void;
}

/**
 * Notices a connection on which no answer comes any more. The library does not: it waits for the kernel, which takes 15
 * minutes or for ever, also in the handshake. And it pings only while nothing goes either way, so that the session of a
 * client that is only told things ends.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  #heardAt: number;
  /** Null during the handshake. */
  #timeoutMs: number | null = null;
  #probedAt = 0;
  /** When the first probe was sent since something was heard. */
  #waitingSince: number | null = null;
  #cancel: CancelTimer = () => undefined;
  #stopped = false;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#heardAt = options.clock.now();
    this.#lookIn(options.patienceMs);
  }

  /** How long no answer has come. */
  get quietMs(): number {
    return this.#options.clock.now() - this.#heardAt;
  }

  /** An answer has come, or a part of one. Watch events are none. */
  heard(): void {
    this.#heardAt = this.#options.clock.now();
    this.#waitingSince = null;
  }

  /** The handshake is done. Probes at once: only an answer beyond the handshake tells a good server. */
  established(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
    this.#probe(this.#options.clock.now());
    this.#lookIn(timeoutMs / 3);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** After the event loop stood still timers run before what has arrived is read, hence the detour. */
  #lookIn(ms: number): void {
    if (this.#stopped) return;
    this.#cancel();
    const { clock } = this.#options;
    this.#cancel = clock.backgroundTimer(Math.max(ms, 1), () => {
      // Not unreferenced: in a process that does nothing else the event loop would wait for I/O before it got round to it.
      const immediate = setImmediate(() => this.#look());
      this.#cancel = () => clearImmediate(immediate);
    });
  }

  #look(): void {
    if (this.#stopped) return;
    const now = this.#options.clock.now();
    if (this.#timeoutMs === null) this.#lookAtHandshake(now, this.#options.patienceMs);
    else this.#lookAtSession(now, this.#timeoutMs / 3);
  }

  #lookAtHandshake(now: number, patienceMs: number): void {
    const leftMs = this.#heardAt + patienceMs - now;
    if (leftMs <= 0) this.#bark();
    else this.#lookIn(leftMs);
  }

  /** Silence counts only after a probe that had time to be answered: the event loop itself may have stood still. */
  #lookAtSession(now: number, thirdMs: number): void {
    const answerDueAt = this.#waitingSince === null ? Number.POSITIVE_INFINITY : this.#waitingSince + thirdMs;
    const lostAt = Math.max(this.#heardAt + 2 * thirdMs, answerDueAt);
    if (now >= lostAt) {
      this.#bark();
    } else {
      if (now >= this.#probedAt + thirdMs) this.#probe(now);
      this.#lookIn(Math.min(this.#probedAt + thirdMs, lostAt) - now);
    }
  }

  #probe(now: number): void {
    this.#probedAt = now;
    this.#waitingSince ??= now;
    this.#options.probe();
  }

  #bark(): void {
    this.stop();
    this.#options.bark();
  }
}
