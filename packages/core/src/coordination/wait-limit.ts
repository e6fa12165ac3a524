import type { CancelTimer, Clock } from '../time/clock.js';

/**
 * How much of a call's time is left. `overdue`: only contenders that are passing through are waited for. `over`: the call ends, whatever the
 * servers have answered by then.
 */
export type WaitTime = 'left' | 'overdue' | 'over';

/** The time limit of a call that waits. Whatever happens in between, `reached` resolves when the time is over. */
export class WaitLimit {
  /** Resolves when the time is over; never, when the limit is cancelled before. */
  readonly reached: Promise<void>;
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #cancels: CancelTimer[] = [];
  #time: WaitTime;
  #reach: () => void = () => undefined;

  /**
   * @param waitMs until the call is overdue, ms; `Infinity` for never
   * @param limitMs until its time is over, ms; `Infinity` for never
   * @param changed called when the call becomes overdue, and when its time is over
   */
  constructor(clock: Clock, waitMs: number, limitMs: number, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
    this.#time = waitMs === 0 ? 'overdue' : 'left';
    this.reached = new Promise((resolve) => {
      this.#reach = resolve;
    });
    this.#in(waitMs, () => this.#pass('overdue'));
    this.endIn(limitMs);
  }

  get time(): WaitTime {
    return this.#time;
  }

  /** The time is over in `ms`, unless it is over before that. */
  endIn(ms: number): void {
    this.#in(ms, () => {
      this.#pass('over');
      this.#reach();
    });
  }

  /** The call has ended by itself. */
  cancel(): void {
    for (const cancel of this.#cancels) cancel();
  }

  #in(ms: number, run: () => void): void {
    if (Number.isFinite(ms)) this.#cancels.push(this.#clock.timer(ms, run));
  }

  #pass(time: 'overdue' | 'over'): void {
    if (this.#time === 'over') return;
    this.#time = time;
    this.#changed();
  }
}
