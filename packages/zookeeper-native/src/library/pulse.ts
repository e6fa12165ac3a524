import type { CancelTimer, Clock } from '@ndsr/core/backend';

export interface PulseOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** How long nothing has been asked. */
  silentMs(): number;
  /** How long requests have waited for any answer; 0 when there are none. */
  waitedMs(): number;
  /** Asks the servers for a sign of life. */
  probe(): void;
  /** A request was forgotten, or nobody is there any more. */
  stalled(): void;
}

/**
 * Looks after a connection four times in each session timeout, and asks something when nothing else was asked, so that a
 * good connection is heard from in every third.
 *
 * The library itself breaks a connection on which nothing comes for two thirds of the timeout. But it pings only while
 * nothing is under way: the session of a client that waits for many answers ends. Nor does it tell when a ping was
 * answered, so that nobody knows for how long nothing was heard. And a request that it will never answer it does not notice.
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
    return Math.max(1, this.#options.timeoutMs / 4);
  }

  /** After the event loop stood still timers run before what has arrived is read, hence the detour. */
  #wait(ms: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.backgroundTimer(ms, () => {
      // Not unreferenced: in a process that does nothing else the event loop would wait for I/O before it got round to it.
      const immediate = setImmediate(() => this.#look());
      this.#cancel = () => clearImmediate(immediate);
    });
  }

  #look(): void {
    const { timeoutMs, silentMs, waitedMs, probe, stalled } = this.#options;
    if (waitedMs() > timeoutMs) {
      stalled();
      return;
    }
    const everyMs = this.#everyMs;
    const askedMs = silentMs();
    if (askedMs >= everyMs * 0.9) {
      probe();
      this.#wait(everyMs);
    } else {
      this.#wait(everyMs - askedMs);
    }
  }
}
