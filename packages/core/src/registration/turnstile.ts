import { TimeoutError } from '../errors/connection-errors.js';
import type { Clock } from '../time/clock.js';
import { Deadlines } from '../time/deadlines.js';

export interface TurnstileOptions {
  readonly clock: Clock;
  /** How long anybody waits, ms. */
  readonly requestTimeoutMs: number;
}

/** More than a backend has requests in flight, so that there is always one to be sent. */
const mostInside = 200;

interface Waiter {
  readonly path: string;
  enter(): void;
  reject(error: TimeoutError): void;
}

/**
 * Lets at most so many runs go on at a time, the rest in the order in which they came. What waits here is small; what waits for
 * an answer further down is several times that, and of ten thousand registrations at once the collector copies all of it.
 */
export class Turnstile {
  readonly #waiting = new Set<Waiter>();
  readonly #deadlines: Deadlines<Waiter>;
  #inside = 0;

  constructor({ clock, requestTimeoutMs: ms }: TurnstileOptions) {
    this.#deadlines = new Deadlines(clock, ms, (waiter) => {
      this.#waiting.delete(waiter);
      waiter.reject(new TimeoutError(`No turn for ${waiter.path} within ${ms} ms`, { path: waiter.path }));
    });
  }

  /**
   * Undefined where nobody has to wait. Whoever is in has to `leave`.
   *
   * @throws {TimeoutError} rejects when those who are in take too long
   */
  enter(path: string): Promise<void> | undefined {
    if (this.#inside >= mostInside) return this.#wait(path);
    this.#inside += 1;
    return undefined;
  }

  leave(): void {
    const next = this.#waiting.values().next().value;
    if (next === undefined) {
      this.#inside -= 1;
      return;
    }
    this.#waiting.delete(next);
    this.#deadlines.end(next);
    next.enter();
  }

  #wait(path: string): Promise<void> {
    return new Promise((enter, reject) => {
      const waiter = { path, enter, reject };
      this.#waiting.add(waiter);
      this.#deadlines.begin(waiter);
    });
  }
}
