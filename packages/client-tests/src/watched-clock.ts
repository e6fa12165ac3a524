import { type CancelTimer, type Clock, systemClock } from '@ndsr/core/backend';

/** A timer that was started. */
export interface AskedTimer {
  readonly ms: number;
  readonly background: boolean;
  ran: boolean;
}

/** The system's clock, which records its timers, so that a test can check waits without measuring time. */
export class WatchedClock implements Clock {
  readonly now = systemClock.now;
  readonly date = systemClock.date;
  /** In the order in which they were started. */
  readonly asked: AskedTimer[] = [];
  /** Those that have neither run nor been cancelled. */
  readonly pending = new Set<AskedTimer>();
  /** Called when a timer has run, in the same tick. */
  ran: () => void = () => undefined;

  timer(ms: number, run: () => void): CancelTimer {
    return this.#watch({ ms, background: false, ran: false }, run);
  }

  backgroundTimer(ms: number, run: () => void): CancelTimer {
    return this.#watch({ ms, background: true, ran: false }, run);
  }

  #watch(asked: AskedTimer, run: () => void): CancelTimer {
    this.asked.push(asked);
    this.pending.add(asked);
    const cancel = systemClock[asked.background ? 'backgroundTimer' : 'timer'](asked.ms, () => {
      this.pending.delete(asked);
      asked.ran = true;
      run();
      this.ran();
    });
    return () => {
      this.pending.delete(asked);
      cancel();
    };
  }
}
