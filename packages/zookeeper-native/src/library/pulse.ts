import type { CancelTimer, Clock } from '@ndsr/core/backend';

export interface PulseOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** How long nothing has been heard. */
  quietMs(): number;
  /** How long requests have waited for any answer; 0 when there are none. */
  waitedMs(): number;
  /** Asks the servers for a sign of life. */
  probe(): void;
  /** A request was forgotten, or nobody is there any more. */
  stalled(): void;
}

/**
 * Looks after a connection three times in each session timeout. The library itself breaks one on which nothing comes for
 * two thirds of it; what it does not notice is a request that it will never answer. And its pings are not to be seen: with
 * probes of our own, instead of them and not beside them, it is known for how long nothing has been heard.
 */
export class Pulse {
  readonly #options: PulseOptions;
  #cancel: CancelTimer = () => undefined;
  #stopped = false;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#wait();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** Slightly before the library's own ping. */
  get #everyMs(): number {
    return Math.max(1, this.#options.timeoutMs * 0.3);
  }

  /** After the event loop stood still timers run before what has arrived is read, hence the detour. */
  #wait(): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.backgroundTimer(this.#everyMs, () => {
      const immediate = setImmediate(() => this.#look()).unref();
      this.#cancel = () => clearImmediate(immediate);
    });
  }

  #look(): void {
    const { timeoutMs, quietMs, waitedMs, probe, stalled } = this.#options;
    if (waitedMs() > timeoutMs) {
      stalled();
      return;
    }
    // Nothing is asked where answers are waited for anyway.
    if (waitedMs() === 0 && quietMs() >= this.#everyMs / 2) probe();
    this.#wait();
  }
}
