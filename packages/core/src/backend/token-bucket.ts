import type { CancelTimer, Clock } from '../time/clock.js';

/** At most `calls` in one burst, refilled evenly over `perMs` milliseconds. */
export interface RateLimit {
  readonly calls: number;
  readonly perMs: number;
}

/** A token bucket: starts full, refills evenly, serves in the order of arrival. */
export class TokenBucket {
  readonly #limit: RateLimit;
  readonly #clock: Clock;
  readonly #waiting: ((granted: boolean) => void)[] = [];
  #tokens: number;
  #filledAt: number;
  #cancel: CancelTimer | undefined;

  constructor(limit: RateLimit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
    this.#tokens = limit.calls;
    this.#filledAt = clock.now();
  }

  /** Resolves true when it is the caller's turn, false when the bucket was closed before. */
  take(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#serve();
    });
  }

  /** Sends everybody away who waits. */
  close(): void {
    this.#cancel?.();
    for (const resolve of this.#waiting.splice(0)) resolve(false);
  }

  #serve(): void {
    this.#refill();
    while (this.#tokens >= 1 && this.#waiting.length > 0) {
      this.#tokens -= 1;
      this.#waiting.shift()?.(true);
    }
    this.#cancel?.();
    if (this.#waiting.length > 0) this.#cancel = this.#clock.timer(this.#msToNextToken(), () => this.#serve());
  }

  #refill(): void {
    const now = this.#clock.now();
    const { calls, perMs } = this.#limit;
    this.#tokens = Math.min(calls, this.#tokens + ((now - this.#filledAt) * calls) / perMs);
    this.#filledAt = now;
  }

  #msToNextToken(): number {
    return Math.ceil(((1 - this.#tokens) * this.#limit.perMs) / this.#limit.calls);
  }
}
