import type { CancelTimer, Clock } from '@ndsr/core/backend';
import { drained } from './drained.js';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Time that moves only when told to. */
export class FakeClock implements Clock {
  #now = 1_000;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  date(): Date {
    return new Date(this.#now);
  }

  timer(ms: number, run: () => void): CancelTimer {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  backgroundTimer(ms: number, run: () => void): CancelTimer {
    return this.timer(ms, run);
  }

  /** How many timers are running. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Timer by timer, and all that each one sets going. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (let timer = this.#next(until); timer !== undefined; timer = this.#next(until)) {
      this.#now = Math.max(this.#now, timer.at);
      this.#timers.delete(timer);
      timer.run();
      await drained();
    }
    this.#now = until;
  }

  /** The event loop stands still: all timers that are due by then run late, once. */
  stall(ms: number): void {
    this.#now += ms;
    const due = [...this.#timers].filter(({ at }) => at <= this.#now);
    for (const timer of due) this.#timers.delete(timer);
    for (const timer of due) timer.run();
  }

  #next(until: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  }
}
