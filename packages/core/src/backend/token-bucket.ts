import type { RateLimit } from '../options/rate-limit.js';
import type { CancelTimer, Clock } from '../time/clock.js';

/** A token bucket: starts full, refills evenly, serves callers in the order of arrival. */
export class TokenBucket {
  readonly #limit: RateLimit;
  readonly #clock: Clock;
  readonly #waiting: ((granted: boolean) => void)[] = [];
  #tokens: number;
  #filledAt: number;
  #cancel: CancelTimer | undefined;
  #closed = false;

  constructor(limit: RateLimit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
    this.#tokens = this.#capacity;
    this.#filledAt = clock.now();
  }

  /** Resolves to true when the caller gets its token, and to false if the bucket was closed first. */
  take(): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#serve();
    });
  }

  /** Refuses all waiting and later callers. */
  close(): void {
    this.#closed = true;
    this.#cancel?.();
    for (const resolve of this.#waiting.splice(0)) resolve(false);
  }

  /** A call takes a whole token, so the bucket must have room for one. */
  get #capacity(): number {
    return Math.max(1, this.#limit.calls);
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
    this.#tokens = Math.min(this.#capacity, this.#tokens + ((now - this.#filledAt) * calls) / perMs);
    this.#filledAt = now;
  }

  #msToNextToken(): number {
    return Math.ceil(((1 - this.#tokens) * this.#limit.perMs) / this.#limit.calls);
  }
}
