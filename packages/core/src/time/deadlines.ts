import type { CancelTimer, Clock } from './clock.js';

/** How long calls may take, and what happens then. */
export interface DeadlinesOptions<Call> {
  /** Where time comes from. */
  readonly clock: Clock;
  /** How long a call may take, not counting while it is paused, ms. */
  readonly ms: number;
  /** Called for each call whose time is over, and whether it was paused then; it is forgotten. */
  readonly over: (call: Call, wasPaused: boolean) => void;
  /**
   * Whether the time of `call` does not run: it waits for its turn in a queue of ours, and the servers have answered something
   * before it since the time `since` of the clock, the previous check. @default never
   */
  readonly isPaused?: (call: Call, since: number) => boolean;
  /** Whether a call that is under way keeps the process alive. @default true */
  readonly keepsAlive?: boolean;
}

/** How often everything under way is checked within the deadline. */
const checks = 8;
/** A call that is paused again and again is over after so many deadlines in all: docs/decisions/0015. */
const mostDeadlinesPaused = 10;
/** A timer that is later than that was held up: the event loop stood still. */
const tolerableDelayMs = 5;

interface Limits {
  dueAt: number;
  /** When it is over even if it is paused then. */
  readonly pausedUntil: number;
}

/**
 * Deadlines that are all equally long: one timer for all, where thousands of calls that are under way together would each
 * have one. Their time is that in which the event loop runs, and no call is over at a check that comes late: when the event
 * loop stood still, the answer may be in the socket, where it is read before the next check.
 */
export class Deadlines<Call extends object> {
  /** How long a call may take, ms. */
  readonly ms: number;
  readonly #clock: Clock;
  readonly #over: (call: Call, wasPaused: boolean) => void;
  readonly #isPaused: (call: Call, since: number) => boolean;
  readonly #keepsAlive: boolean;
  readonly #intervalMs: number;
  readonly #calls = new Map<Call, Limits>();
  #cancelTimer: CancelTimer | undefined;
  #checkDueAt = 0;
  #checkedAt = 0;
  #lateChecks = 0;
  /** For how long the event loop stood still, in all. */
  #stoodStillMs = 0;

  /** Nothing is under way yet, and no timer runs. */
  constructor({ clock, ms, over, isPaused = () => false, keepsAlive = true }: DeadlinesOptions<Call>) {
    this.ms = ms;
    this.#clock = clock;
    this.#over = over;
    this.#isPaused = isPaused;
    this.#keepsAlive = keepsAlive;
    this.#intervalMs = ms / checks;
  }

  /** From now on `call` has the whole time. May be called again, which moves the end of its time but not of its pauses. */
  begin(call: Call): void {
    const now = this.#now();
    const limits = this.#calls.get(call);
    if (limits !== undefined) limits.dueAt = now + this.ms;
    else this.#calls.set(call, { dueAt: now + this.ms, pausedUntil: now + mostDeadlinesPaused * this.ms });
    if (this.#cancelTimer !== undefined) return;
    this.#checkedAt = this.#clock.now();
    this.#checkIn(this.#intervalMs);
  }

  /** `call` has come to its end. Returns whether it was under way still. */
  end(call: Call): boolean {
    const wasUnderWay = this.#calls.delete(call);
    if (this.#calls.size === 0) this.stop();
    return wasUnderWay;
  }

  /** Leaves no timer; nothing is over from then on. */
  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#lateChecks = 0;
  }

  #now(): number {
    return this.#clock.now() - this.#stoodStillMs;
  }

  #checkIn(ms: number): void {
    this.#cancelTimer?.();
    this.#checkDueAt = this.#clock.now() + ms;
    const check = (): void => this.#check();
    this.#cancelTimer = this.#keepsAlive ? this.#clock.timer(ms, check) : this.#clock.backgroundTimer(ms, check);
  }

  #check(): void {
    this.#cancelTimer = undefined;
    const isLate = this.#isLate();
    const now = this.#now();
    const overdue = this.#overdueAt(now);
    if (isLate) {
      this.#checkIn(this.#intervalMs);
      return;
    }
    for (const [call, wasPaused] of overdue) {
      // What is over may end others, which are not told then.
      if (this.#calls.delete(call)) this.#over(call, wasPaused);
    }
    if (this.#calls.size > 0) this.#checkIn(this.#pauseBeforeNext(now));
  }

  /** An event loop that stands still again and again must not keep a call for ever. */
  #isLate(): boolean {
    const lateMs = this.#clock.now() - this.#checkDueAt;
    const isLate = lateMs > tolerableDelayMs && this.#lateChecks < checks;
    this.#lateChecks = isLate ? this.#lateChecks + 1 : 0;
    if (isLate) this.#stoodStillMs += lateMs;
    return isLate;
  }

  #overdueAt(now: number): [call: Call, isPaused: boolean][] {
    const overdue: [Call, boolean][] = [];
    const since = this.#checkedAt;
    this.#checkedAt = this.#clock.now();
    for (const [call, limits] of this.#calls) {
      const isPaused = this.#isPaused(call, since);
      // Its pause may end right after this check.
      if (isPaused && now < limits.pausedUntil) limits.dueAt = now + this.ms + this.#intervalMs;
      else if (isPaused || limits.dueAt <= now) overdue.push([call, isPaused]);
    }
    return overdue;
  }

  /** Not for each single call that is due soon: thousands may be. */
  #pauseBeforeNext(now: number): number {
    let nextAt = now + this.#intervalMs;
    for (const { dueAt } of this.#calls.values()) nextAt = Math.min(nextAt, dueAt);
    return Math.max(nextAt - now, this.#intervalMs / checks);
  }
}
