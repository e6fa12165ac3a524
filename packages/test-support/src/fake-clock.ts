import { turn } from './turn.js';

interface Timer {
  readonly at: number;
  readonly background: boolean;
  run(): void;
}

/** A clock whose time advances only when a test says so. Implements the `Clock` of `@ndsr/core`. */
export class FakeClock {
  /** Timers run this many milliseconds too early, as Node's may. */
  earlyMs = 0;
  /** Timers run this many milliseconds too late, as those of a busy process do. */
  lateMs = 0;
  #now = 1_000;
  #date = Date.UTC(2026, 0, 1);
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  date(): Date {
    return new Date(this.#date + this.#now);
  }

  /** Moves the wall-clock time and nothing else: the process was suspended with its clock, or the time was set. */
  jump(ms: number): void {
    this.#date += ms;
  }

  timer(ms: number, run: () => void): () => void {
    return this.#add({ at: this.#dueAt(ms), background: false, run });
  }

  backgroundTimer(ms: number, run: () => void): () => void {
    return this.#add({ at: this.#dueAt(ms), background: true, run });
  }

  /** The number of timers that have neither run nor been cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  /** The number of those that keep the process alive. */
  get pendingForeground(): number {
    return [...this.#timers].filter(({ background }) => !background).length;
  }

  /** The milliseconds until the next timer; undefined if there is none. */
  get nextIn(): number | undefined {
    const next = this.#next(Number.POSITIVE_INFINITY);
    return next && next.at - this.#now;
  }

  /**
   * Advances the time: timers run in order, and everything that one starts runs before the next. Stops early once
   * `isOver()` returns true, at the time of the last timer.
   */
  async advance(ms: number, isOver: () => boolean = () => false): Promise<void> {
    const until = this.#now + ms;
    await turn();
    for (let timer = this.#next(until); timer !== undefined && !isOver(); timer = this.#next(until)) {
      this.#now = Math.max(this.#now, timer.at);
      this.#timers.delete(timer);
      timer.run();
      await turn();
    }
    if (!isOver()) this.#now = until;
  }

  /**
   * Blocks the event loop: afterwards every timer that was due runs late, once, before anything that arrived in the
   * meantime.
   */
  stall(ms: number): void {
    this.#now += ms;
    const due = [...this.#timers].filter(({ at }) => at <= this.#now);
    for (const timer of due) this.#timers.delete(timer);
    for (const timer of due) timer.run();
  }

  #dueAt(ms: number): number {
    return this.#now + this.lateMs + Math.max(Math.min(ms, 0.1), ms - this.earlyMs);
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  #next(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (timer.at <= until && (next === undefined || timer.at < next.at)) next = timer;
    return next;
  }
}
