import type { CancelTimer, Clock } from '../../src/time/clock.js';
import { turn } from './turn.js';

interface Timer {
  readonly at: number;
  readonly background: boolean;
  run(): void;
}

/** Time that moves only when told to. */
export class FakeClock implements Clock {
  /** Timers run that much too early, ms, as Node's do. */
  earlyMs = 0;
  /** Timers run that much too late, ms, as those of a busy process do. */
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

  /** The time of day jumps, and nothing else moves: the process stood still with its clock, or somebody set the time. */
  jump(ms: number): void {
    this.#date += ms;
  }

  timer(ms: number, run: () => void): CancelTimer {
    return this.#add({ at: this.#dueAt(ms), background: false, run });
  }

  backgroundTimer(ms: number, run: () => void): CancelTimer {
    return this.#add({ at: this.#dueAt(ms), background: true, run });
  }

  /** How many timers have neither run nor been ended. */
  get pending(): number {
    return this.#timers.size;
  }

  /** How many of them keep the process alive. */
  get pendingForeground(): number {
    return [...this.#timers].filter(({ background }) => !background).length;
  }

  /** In how many ms the next timer runs. */
  get nextIn(): number | undefined {
    const next = this.#next(Number.POSITIVE_INFINITY);
    return next && next.at - this.#now;
  }

  /** Time passes; timers run in their order, and what each sets off runs before the next. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await turn();
    for (let timer = this.#next(until); timer !== undefined; timer = this.#next(until)) {
      this.#now = Math.max(this.#now, timer.at);
      this.#timers.delete(timer);
      timer.run();
      await turn();
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

  #dueAt(ms: number): number {
    return this.#now + this.lateMs + Math.max(Math.min(ms, 0.1), ms - this.earlyMs);
  }

  #add(timer: Timer): CancelTimer {
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  #next(until: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  }
}
