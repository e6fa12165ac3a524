const firstPauseMs = 100;
const longestPauseMs = 10_000;
/** Before the first attempt after the connection to the only server broke: its other clients reconnect at the same time. */
const longestJitterMs = 100;
const minTimeoutMs = 500;

export interface Attempt {
  readonly addresses: readonly string[];
  /** How long to wait for the server until it has given or resumed the session. */
  readonly timeoutMs: number;
}

/** The state in which the attempts start. */
export interface AttemptsStart {
  /** True if there is a session that may still be alive: it could be lost by waiting. @default never */
  readonly mayBeAlive?: () => boolean;
  /** True if a connection has just broken. @default false */
  readonly isReturning?: boolean;
  /** The number of passes that count as made. @default 0 */
  readonly passes?: number;
  /** The index of the first server. @default 0 */
  readonly first?: number;
}

/**
 * Tries each server once without a pause; then each attempt waits a random part of a time that doubles with each pass.
 * If a connection to the only server broke, the first attempt waits a little too: see docs/decisions/0005.
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

  /** The pause before the next attempt. */
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

  /** The known addresses in the order in which to try them: each time another one first. */
  next(known: readonly string[]): Attempt {
    const pass = this.#pass;
    const first = known.length === 0 ? 0 : (this.#first + this.#made) % known.length;
    this.#made += 1;
    return {
      addresses: [...known.slice(first), ...known.slice(0, first)],
      timeoutMs: timeoutMs(pass, known.length, this.#timeoutMs),
    };
  }

  get #pass(): number {
    return Math.floor(this.#made / this.#servers);
  }
}

/**
 * A silent server must leave time for others; servers that are merely slow get more time in each pass. Always less than two thirds
 * of the session timeout, after which the library itself gives up the attempt: see `LibraryHandle`.
 */
function timeoutMs(pass: number, servers: number, timeoutMs: number): number {
  const first = Math.max(minTimeoutMs, timeoutMs / (servers <= 1 ? 3 : 6));
  return Math.min(first * 2 ** pass, timeoutMs / 2);
}
