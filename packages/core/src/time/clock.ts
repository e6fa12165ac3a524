/** Cancels a timer; has no effect if the timer has run or was cancelled before. */
export type CancelTimer = () => void;

/** The time source of the library. It is injected, so that tests advance time instead of sleeping. */
export interface Clock {
  /** A monotonic time in milliseconds, from an arbitrary start. For durations. */
  now(): number;
  /** The wall-clock time. For values that people and other processes read. */
  date(): Date;
  /** Runs `run` once after `ms`. Keeps the process alive until then: for something that a caller is waiting for. */
  timer(ms: number, run: () => void): CancelTimer;
  /** Like `timer`, but never keeps the process alive. */
  backgroundTimer(ms: number, run: () => void): CancelTimer;
}

/** The longest delay of Node's timers; a longer one would fire at once. */
const longestDelayMs = 2 ** 31 - 1;

function start(ms: number, run: () => void): NodeJS.Timeout {
  return setTimeout(run, Math.min(ms, longestDelayMs));
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  timer(ms, run) {
    const timeout = start(ms, run);
    return () => clearTimeout(timeout);
  },
  backgroundTimer(ms, run) {
    const timeout = start(ms, run).unref();
    return () => clearTimeout(timeout);
  },
};
