import type { CancelTimer, Clock } from './clock.js';

/** The time limit of calls, and how to report a call that exceeds it. */
export interface DeadlinesOptions<Call> {
  /** The time source. */
  readonly clock: Clock;
  /** The time limit of a call, not counting paused time, ms. */
  readonly ms: number;
  /**
   * Called for each call that exceeds its limit, with whether it was paused at that moment; the call is then forgotten.
   */
  readonly over: (call: Call, wasPaused: boolean) => void;
  /**
   * True while the time of `call` is paused: it waits in a queue of ours, and the servers have answered something
   * before it since `since`, the clock's time of the previous check. @default never
   */
  readonly isPaused?: (call: Call, since: number) => boolean;
  /** True if a call in flight keeps the process alive. @default true */
  readonly keepsAlive?: boolean;
}

/** How many times all calls are checked within one deadline. */
const checksPerDeadline = 8;
/** A call that is paused again and again fails after this many deadlines in all: docs/decisions/0015. */
const maxDeadlinesPaused = 10;
/** A timer that is later than this was held up: the event loop was blocked. */
const tolerableDelayMs = 5;

interface CallLimits {
  dueAt: number;
  /** From this time on the call is over even if it is paused. */
  readonly pausedUntil: number;
}

/**
 * Deadlines of equal length with one timer for all, where thousands of concurrent calls would need one each. Only time
 * in which the event loop runs counts, and no call times out at a check that comes late: while the event loop was
 * blocked, the answer may have arrived in the socket, and it is read before the next check.
 */
export class Deadlines<Call extends object> {
  /** The time limit of a call, ms. */
  readonly ms: number;
  readonly #clock: Clock;
  readonly #onTimeout: (call: Call, wasPaused: boolean) => void;
  readonly #isPaused: (call: Call, since: number) => boolean;
  readonly #keepsAlive: boolean;
  readonly #intervalMs: number;
  readonly #calls = new Map<Call, CallLimits>();
  #cancelTimer: CancelTimer | undefined;
  #checkDueAt = 0;
  #checkedAt = 0;
  #lateChecks = 0;
  /** How long the event loop was blocked, in all. */
  #blockedMs = 0;

  /** No call is tracked yet, and no timer runs. */
  constructor({ clock, ms, over, isPaused = () => false, keepsAlive = true }: DeadlinesOptions<Call>) {
    this.ms = ms;
    this.#clock = clock;
    this.#onTimeout = over;
    this.#isPaused = isPaused;
    this.#keepsAlive = keepsAlive;
    this.#intervalMs = ms / checksPerDeadline;
  }

  /** Gives `call` the full time limit. Calling it again moves its deadline, but not the limit of its pauses. */
  begin(call: Call): void {
    const now = this.#now();
    const limits = this.#calls.get(call);
    if (limits !== undefined) limits.dueAt = now + this.ms;
    else this.#calls.set(call, { dueAt: now + this.ms, pausedUntil: now + maxDeadlinesPaused * this.ms });
    if (this.#cancelTimer !== undefined) return;
    this.#checkedAt = this.#clock.now();
    this.#checkIn(this.#intervalMs);
  }

  /** Stops tracking `call`. Returns true if it was still tracked. */
  end(call: Call): boolean {
    const wasUnderWay = this.#calls.delete(call);
    if (this.#calls.size === 0) this.stop();
    return wasUnderWay;
  }

  /** Cancels the timer; no call times out from then on. */
  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#lateChecks = 0;
  }

  #now(): number {
    return this.#clock.now() - this.#blockedMs;
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
      // A call that times out may end others, which then must not be reported.
      if (this.#calls.delete(call)) this.#onTimeout(call, wasPaused);
    }
    if (this.#calls.size > 0) this.#checkIn(this.#msToNextCheck(now));
  }

  /** An event loop that is blocked again and again must not keep a call forever. */
  #isLate(): boolean {
    const lateMs = this.#clock.now() - this.#checkDueAt;
    const isLate = lateMs > tolerableDelayMs && this.#lateChecks < checksPerDeadline;
    this.#lateChecks = isLate ? this.#lateChecks + 1 : 0;
    if (isLate) this.#blockedMs += lateMs;
    return isLate;
  }

  #overdueAt(now: number): [call: Call, isPaused: boolean][] {
    const overdue: [Call, boolean][] = [];
    const since = this.#checkedAt;
    this.#checkedAt = this.#clock.now();
    for (const [call, limits] of this.#calls) {
      const isPaused = this.#isPaused(call, since);
      // The pause may end right after this check.
      if (isPaused && now < limits.pausedUntil) limits.dueAt = now + this.ms + this.#intervalMs;
      else if (isPaused || limits.dueAt <= now) overdue.push([call, isPaused]);
    }
    return overdue;
  }

  /** Not one timer per call that is due soon: there may be thousands. */
  #msToNextCheck(now: number): number {
    let nextAt = now + this.#intervalMs;
    for (const { dueAt } of this.#calls.values()) nextAt = Math.min(nextAt, dueAt);
    return Math.max(nextAt - now, this.#intervalMs / checksPerDeadline);
  }
}
