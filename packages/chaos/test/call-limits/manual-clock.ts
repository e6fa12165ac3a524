import type { CancelTimer, Clock } from '@ndsr/core';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Resolves when everything that needs neither timers nor I/O has run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A clock that only a test advances. */
export class ManualClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now = 1_000;

  now(): number {
    return this.#now;
  }

  date(): Date {
    return new Date(this.#now);
  }

  timer(ms: number, run: () => void): CancelTimer {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  backgroundTimer(ms: number, run: () => void): CancelTimer {
    return this.timer(ms, run);
  }

  /** The number of running timers. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Runs what is due within `ms`, in its order; stops early when `isOver()`. */
  async advance(ms: number, isOver: () => boolean = () => false): Promise<void> {
    const until = this.#now + ms;
    await settled();
    for (let timer = this.#next(until); timer !== undefined && !isOver(); timer = this.#next(until)) {
      this.#now = Math.max(this.#now, timer.at);
      this.#timers.delete(timer);
      timer.run();
      await settled();
    }
    if (!isOver()) this.#now = until;
  }

  #next(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (timer.at <= until && (next === undefined || timer.at < next.at)) next = timer;
    return next;
  }
}
