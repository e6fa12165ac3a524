import { handshakeTimeoutMs, reconnectPauseMs } from '@ndsr/zookeeper-common';

export interface Attempt {
  readonly addresses: readonly string[];
  /** How long to wait for the server until it has given or resumed the session, ms. */
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
    return reconnectPauseMs(
      {
        pass: this.#pass,
        servers: this.#servers,
        isReturning: this.#isReturning,
        mayBeAlive: this.#mayBeAlive(),
        timeoutMs: this.#timeoutMs,
      },
      this.#random,
    );
  }

  /** The known addresses in the order in which to try them: each time another one first. */
  next(known: readonly string[]): Attempt {
    const pass = this.#pass;
    const first = known.length === 0 ? 0 : (this.#first + this.#made) % known.length;
    this.#made += 1;
    return {
      addresses: [...known.slice(first), ...known.slice(0, first)],
      // Less than two thirds of the session timeout, after which the library itself gives up the attempt: see `LibraryHandle`.
      timeoutMs: handshakeTimeoutMs(pass, known.length, this.#timeoutMs, this.#timeoutMs / 2),
    };
  }

  get #pass(): number {
    return Math.floor(this.#made / this.#servers);
  }
}
