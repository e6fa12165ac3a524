import { type CancelTimer, type Clock, systemClock } from '@ndsr/core/backend';

/** A timer that somebody asked for. */
export interface AskedTimer {
  readonly ms: number;
  readonly background: boolean;
  ran: boolean;
}

/** The system's clock, with the timers that were asked of it: what somebody waits for is told without a stopwatch. */
export class WatchedClock implements Clock {
  readonly now = systemClock.now;
  readonly date = systemClock.date;
  /** In the order in which they were asked for. */
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
