/** Ends a timer; does nothing when it has run or was ended already. */
export type CancelTimer = () => void;

/** Time as the library sees it. Passed in, so that tests move time instead of sleeping. */
export interface Clock {
  /** Milliseconds that only ever grow, from an arbitrary start. For durations. */
  now(): number;
  /** The time of day. For what people and other processes read. */
  date(): Date;
  /** Runs `run` once after `ms`. Keeps the process alive until then: for what a caller is waiting for. */
  timer(ms: number, run: () => void): CancelTimer;
  /** Like `timer`, but never keeps the process alive. */
  backgroundTimer(ms: number, run: () => void): CancelTimer;
}

/** The most that Node's timers take; a longer delay would run at once. */
const longestDelayMs = 2 ** 31 - 1;

function start(ms: number, run: () => void): NodeJS.Timeout {
  return setTimeout(run, Math.min(ms, longestDelayMs));
}

/** The time of the machine. */
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
