import type { CancelTimer, Clock } from '@ndsr/core/backend';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Time that moves only when told to. */
export class FakeClock implements Clock {
  #now = 1000;
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

  get pending(): number {
    return this.#timers.size;
  }

  /** Step by step, with a turn of the event loop after each timer. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (let timer = this.#next(until); timer !== undefined; timer = this.#next(until)) {
      this.#now = Math.max(this.#now, timer.at);
      await this.#run(timer);
    }
    this.#now = until;
  }

  /** The event loop stands still: afterwards all timers are late. `arrived` is what came in meanwhile. */
  async stall(ms: number, arrived: () => void = () => undefined): Promise<void> {
    this.#now += ms;
    const due = [...this.#timers].filter(({ at }) => at <= this.#now);
    for (const timer of due) this.#timers.delete(timer);
    for (const timer of due) timer.run();
    arrived();
    await turn();
  }

  #next(until: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  }

  async #run(timer: Timer): Promise<void> {
    this.#timers.delete(timer);
    timer.run();
    await turn();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
