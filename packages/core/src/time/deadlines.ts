import type { CancelTimer, Clock } from './clock.js';

/**
 * Deadlines that are all equally long, so that whoever began first is due first: one timer for all, where thousands of
 * calls that are under way together would each have one. It keeps the process alive while there is a call.
 */
export class Deadlines<Call extends object> {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #over: (call: Call) => void;
  /** When each is due. */
  readonly #calls = new Map<Call, number>();
  #cancelTimer: CancelTimer | undefined;

  /** @param over told of each call whose time is over; it is forgotten then */
  constructor(clock: Clock, ms: number, over: (call: Call) => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#over = over;
  }

  begin(call: Call): void {
    this.#calls.set(call, this.#clock.now() + this.#ms);
    if (this.#cancelTimer === undefined) this.#setTimer(this.#ms);
  }

  /** `call` has come to its end. */
  end(call: Call): void {
    if (!this.#calls.delete(call) || this.#calls.size > 0) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #setTimer(ms: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#clock.timer(ms, () => this.#look());
  }

  #look(): void {
    this.#cancelTimer = undefined;
    const now = this.#clock.now();
    for (const [call, dueAt] of this.#calls) {
      // Node's timers may be early by up to a millisecond.
      if (dueAt > now) {
        this.#setTimer(Math.max(1, dueAt - now));
        return;
      }
      this.#calls.delete(call);
      this.#over(call);
    }
  }
}
