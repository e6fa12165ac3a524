import type { CancelTimer, Clock } from './clock.js';

interface Pending {
  readonly dueAt: number;
  /** Told when the time is over. */
  readonly over: () => void;
}

/**
 * Deadlines that are all equally long, so that whoever began first is due first: one timer for all, where thousands of
 * calls that are under way together would each have one. It keeps the process alive while there is a call.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #pending = new Set<Pending>();
  #cancelTimer: CancelTimer | undefined;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  /** Calls `over` when the time is over, unless what is returned was called before. */
  begin(over: () => void): () => void {
    const pending = { dueAt: this.#clock.now() + this.#ms, over };
    this.#pending.add(pending);
    if (this.#cancelTimer === undefined) this.#setTimer(this.#ms);
    return () => this.#end(pending);
  }

  #end(pending: Pending): void {
    this.#pending.delete(pending);
    if (this.#pending.size > 0) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #setTimer(ms: number): void {
    this.#cancelTimer = this.#clock.timer(ms, () => this.#look());
  }

  #look(): void {
    this.#cancelTimer = undefined;
    const now = this.#clock.now();
    for (const pending of this.#pending) {
      if (pending.dueAt > now) break;
      this.#pending.delete(pending);
      pending.over();
    }
    const [next] = this.#pending;
    // Node's timers may be early by up to a millisecond.
    if (next !== undefined && this.#cancelTimer === undefined) this.#setTimer(Math.max(1, next.dueAt - now));
  }
}
