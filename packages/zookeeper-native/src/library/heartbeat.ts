import type { CancelTimer, Clock } from '@ndsr/core/backend';

export interface HeartbeatOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** The time since the last request, ms. */
  idleMs(): number;
  /** How long requests have waited for any answer, ms; 0 if there are none. */
  waitedMs(): number;
  /** The time since the last answer, ms. */
  quietMs(): number;
  /** Sends a request that the servers must answer. */
  probe(): void;
  /** Called when the connection has timed out. */
  onTimeout(): void;
}

/**
 * Checks a connection four times per session timeout, and sends a request if there was no other, so that a
 * working connection has an answer in every third of the timeout.
 *
 * The library itself closes a connection on which nothing at all arrives for two thirds of the timeout; here watch events do not
 * count. And it pings only while no request is in flight: the session of a client that waits for many answers expires. Nor does it
 * report when a ping was answered, so the time since the last answer would be unknown.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #cancel: CancelTimer = () => undefined;
  #stopped = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#checkIn(this.#everyMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** More often than the library's own ping, which is due after a third of the timeout. */
  get #everyMs(): number {
    return this.#options.timeoutMs / 4;
  }

  /** After a stalled event loop, timers run before received data is read; hence `setImmediate`. */
  #checkIn(ms: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.backgroundTimer(Math.max(ms, 1), () => {
      // Not unreferenced: in an otherwise idle process the event loop would wait for I/O before it ran this.
      const immediate = setImmediate(() => this.#check());
      this.#cancel = () => clearImmediate(immediate);
    });
  }

  #check(): void {
    const { idleMs, probe, onTimeout } = this.#options;
    const leftMs = this.#leftMs;
    if (leftMs <= 0) {
      onTimeout();
      return;
    }
    const everyMs = this.#everyMs;
    const sinceRequestMs = idleMs();
    if (sinceRequestMs >= everyMs * 0.9) {
      probe();
      this.#checkIn(Math.min(everyMs, leftMs));
    } else {
      this.#checkIn(Math.min(everyMs - sinceRequestMs, leftMs));
    }
  }

  /** Silence counts only after a request that had time to be answered: the event loop itself may have stalled. */
  get #leftMs(): number {
    const { timeoutMs, waitedMs, quietMs } = this.#options;
    const thirdMs = timeoutMs / 3;
    return Math.max(2 * thirdMs - quietMs(), thirdMs - waitedMs());
  }
}
