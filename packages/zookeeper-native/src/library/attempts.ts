const firstPauseMs = 100;
const longestPauseMs = 10_000;
/** Before the first attempt after the only server's connection broke: its other clients come back at the same time. */
const longestJitterMs = 100;
const shortestPatienceMs = 500;

export interface Attempt {
  readonly addresses: readonly string[];
  /** How long to wait for the servers to take or give the session. */
  readonly patienceMs: number;
}

/** Where to begin. */
export interface AttemptsStart {
  /** Whether there is a session that may still be saved: there is something to lose by waiting. @default never */
  readonly mayBeAlive?: () => boolean;
  /** Whether a connection has just broken. @default false */
  readonly isReturning?: boolean;
  /** How many passes count as made. @default 0 */
  readonly passes?: number;
  /** Which server is the first. @default 0 */
  readonly first?: number;
}

/**
 * Each server is tried once without a pause, then each attempt waits a random part of a time that doubles with each pass.
 * Where a connection to the only server broke, the first attempt waits a little too: see docs/decisions/0005.
 */
export class Attempts {
  readonly #timeoutMs: number;
  readonly #servers: number;
  readonly #random: () => number;
  readonly #mayBeAlive: () => boolean;
  readonly #first: number;
  readonly #isReturning: boolean;
  #made: number;

  constructor(timeoutMs: number, servers: number, random: () => number, start: AttemptsStart = {}) {
    const { mayBeAlive = () => false, isReturning = false, passes = 0, first = 0 } = start;
    this.#timeoutMs = timeoutMs;
    this.#servers = servers;
    this.#random = random;
    this.#first = first;
    this.#isReturning = isReturning;
    this.#made = passes * servers;
    this.#mayBeAlive = mayBeAlive;
  }

  /** How long to wait before the next attempt. */
  pauseMs(): number {
    const pass = this.#pass;
    return (
      this.#random() *
      (pass === 0 ? this.#longestJitterMs : Math.min(firstPauseMs * 2 ** (pass - 1), this.#longestPauseMs))
    );
  }

  get #longestJitterMs(): number {
    return this.#isReturning && this.#servers === 1 ? longestJitterMs : 0;
  }

  get #longestPauseMs(): number {
    return this.#mayBeAlive() ? Math.min(this.#timeoutMs / 3, longestPauseMs) : longestPauseMs;
  }

  /** The known addresses in the order in which to dial them: another one first than the last time. */
  next(known: readonly string[]): Attempt {
    const pass = this.#pass;
    const first = known.length === 0 ? 0 : (this.#first + this.#made) % known.length;
    this.#made += 1;
    return {
      addresses: [...known.slice(first), ...known.slice(0, first)],
      patienceMs: patienceMs(pass, known.length, this.#timeoutMs),
    };
  }

  get #pass(): number {
    return Math.floor(this.#made / this.#servers);
  }
}

/**
 * A silent server must leave time for others; servers that are merely slow get more in each pass. Never so much that the
 * library itself gives the attempt up, after two thirds of the timeout: see `LibraryHandle`.
 */
function patienceMs(pass: number, servers: number, timeoutMs: number): number {
  const first = Math.max(shortestPatienceMs, timeoutMs / (servers <= 1 ? 3 : 6));
  return Math.min(first * 2 ** pass, timeoutMs / 2);
}
