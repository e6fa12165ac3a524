import type { CancelTimer, Clock } from '../time/clock.js';

/**
 * How much of a call's time is left. `overdue`: only contenders that are passing through are waited for. `over`: the call ends, whatever the
 * servers have answered by then.
 */
export type WaitState = 'left' | 'overdue' | 'over';

/** The time limit of a call that waits. Whatever happens in between, `reached` resolves when the time is over. */
export class WaitLimit {
  /** Resolves when the time is over; never, when the limit is cancelled before. */
  readonly reached: Promise<void>;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #cancels: CancelTimer[] = [];
  #state: WaitState;
  #resolveReached: () => void = () => undefined;

  /**
   * @param waitMs until the call is overdue, ms; `Infinity` for never
   * @param limitMs until its time is over, ms; `Infinity` for never
   * @param onChange called when the call becomes overdue, and when its time is over
   */
  constructor(clock: Clock, waitMs: number, limitMs: number, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#state = waitMs === 0 ? 'overdue' : 'left';
    this.reached = new Promise((resolve) => {
      this.#resolveReached = resolve;
    });
    this.#after(waitMs, () => this.#advance('overdue'));
    this.endIn(limitMs);
  }

  get state(): WaitState {
    return this.#state;
  }

  /** The time is over in `ms`, unless it is over before that. */
  endIn(ms: number): void {
    this.#after(ms, () => {
      this.#advance('over');
      this.#resolveReached();
    });
  }

  /** The call has ended by itself. */
  cancel(): void {
    for (const cancel of this.#cancels) cancel();
  }

  #after(ms: number, run: () => void): void {
    if (Number.isFinite(ms)) this.#cancels.push(this.#clock.timer(ms, run));
  }

  #advance(state: 'overdue' | 'over'): void {
    if (this.#state === 'over') return;
    this.#state = state;
    this.#onChange();
  }
}
