import type { CancelTimer, Clock } from '@ndsr/core/backend';

export interface PulseOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** How long nothing has been asked. */
  silentMs(): number;
  /** How long requests have waited for any answer; 0 when there are none. */
  waitedMs(): number;
  /** How long no answer has come. */
  quietMs(): number;
  /** Asks the servers for a sign of life. */
  probe(): void;
  /** No answer comes any more. */
  stalled(): void;
}

/**
 * Looks after a connection four times in each session timeout, and asks something when nothing else was asked, so that a
 * good connection is heard from in every third.
 *
 * The library itself breaks a connection on which nothing at all comes for two thirds of the timeout; here watch events do not
 * count. And it pings only while nothing is under way: the session of a client that waits for many answers ends. Nor does it
 * tell when a ping was answered, so that nobody knows for how long nothing was heard.
 */
export class Pulse {
  readonly #options: PulseOptions;
  #cancel: CancelTimer = () => undefined;
  #stopped = false;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#wait(this.#everyMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** Before the library's own ping, which is due after a third. */
  get #everyMs(): number {
    return this.#options.timeoutMs / 4;
  }

  /** After the event loop stood still timers run before what has arrived is read, hence the detour. */
  #wait(ms: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.backgroundTimer(Math.max(ms, 1), () => {
      // Not unreferenced: in a process that does nothing else the event loop would wait for I/O before it got round to it.
      const immediate = setImmediate(() => this.#look());
      this.#cancel = () => clearImmediate(immediate);
    });
  }

  #look(): void {
    const { silentMs, probe, stalled } = this.#options;
    const leftMs = this.#leftMs;
    if (leftMs <= 0) {
      stalled();
      return;
    }
    const everyMs = this.#everyMs;
    const askedMs = silentMs();
    if (askedMs >= everyMs * 0.9) {
      probe();
      this.#wait(Math.min(everyMs, leftMs));
    } else {
      this.#wait(Math.min(everyMs - askedMs, leftMs));
    }
  }

  /** Silence counts only after a request that had time to be answered: the event loop itself may have stood still. */
  get #leftMs(): number {
    const { timeoutMs, waitedMs, quietMs } = this.#options;
    const thirdMs = timeoutMs / 3;
    return Math.max(2 * thirdMs - quietMs(), thirdMs - waitedMs());
  }
}
