import type { CancelTimer, Clock } from '../time/clock.js';

/**
 * The remaining time of a call. `overdue`: it waits only for contenders that take their slot without waiting. `over`: the call
 * ends, even without answers from the servers.
 */
export type WaitState = 'left' | 'overdue' | 'over';

/** The time limit of a waiting call. `reached` always resolves when the time is over. */
export class WaitLimit {
  /** Resolves when the time is over; never if the limit is cancelled first. */
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

  /** Ends the time in `ms`, unless it ends earlier. */
  endIn(ms: number): void {
    this.#after(ms, () => {
      this.#advance('over');
      this.#resolveReached();
    });
  }

  /** Cancels the timers; called when the call has ended on its own. */
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
