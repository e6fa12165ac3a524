import type { Clock } from '../time/clock.js';

export interface SentinelOptions {
  readonly clock: Clock;
  /** Returns the current process id. */
  readonly pid: () => number;
  /** Runs `run` in the next turn of the event loop, even in an idle process. */
  readonly nextTurn: (run: () => void) => void;
}

/**
 * Detects that this process is no longer the one that connected: its process id changed, or the system clock ran ahead of the
 * monotonic clock by more than the session timeout. The monotonic clock stops while a virtual machine is suspended or a
 * container is frozen and restored. Meanwhile the servers have ended the session, or a copy of this process uses it.
 *
 * A system clock that is set forward by more than the timeout cannot be distinguished from that.
 */
export class ProcessSentinel {
  readonly #options: SentinelOptions;
  readonly #onNextTurn = (): void => {
    this.#checkedThisTurn = false;
  };
  #checkedThisTurn = false;
  #pid: number;
  #timeoutMs = Number.POSITIVE_INFINITY;
  /** The system clock and the monotonic clock at the last full check, ms. */
  #baselineDate: number;
  #baselineNow: number;
  /** Up to this system time no jump can be long enough, so the monotonic clock need not be read. */
  #dateLimit = Number.POSITIVE_INFINITY;

  constructor(options: SentinelOptions) {
    this.#options = options;
    this.#pid = options.pid();
    this.#baselineDate = options.clock.date().getTime();
    this.#baselineNow = options.clock.now();
  }

  /** From now on a jump of more than the session timeout is detected. A new session clears earlier jumps. */
  onConnected(timeoutMs: number, isNewSession: boolean): void {
    this.#timeoutMs = timeoutMs;
    if (isNewSession) this.#recordBaseline();
    this.#dateLimit = this.#baselineDate + timeoutMs;
  }

  /**
   * Describes a change of the process for a log line; undefined without one. Each change is reported once.
   *
   * It is called by every method and therefore cheap: it checks once in each turn of the event loop, because a change during
   * a turn could as well have happened at its end, and reads both clocks once in a session timeout.
   */
  detectChange(): string | undefined {
    if (this.#checkedThisTurn) return undefined;
    this.#checkedThisTurn = true;
    this.#options.nextTurn(this.#onNextTurn);
    return this.#changeSinceBaseline();
  }

  #changeSinceBaseline(): string | undefined {
    if (this.#options.pid() !== this.#pid) return this.#changedPid();
    if (this.#dateLimit === Number.POSITIVE_INFINITY) return undefined;
    const date = this.#options.clock.date().getTime();
    return date > this.#dateLimit || date < this.#baselineDate ? this.#compareClocks() : undefined;
  }

  #changedPid(): string {
    const before = this.#pid;
    this.#recordBaseline();
    return `The process id changed from ${before} to ${this.#pid}`;
  }

  #compareClocks(): string | undefined {
    const { clock } = this.#options;
    const aheadMs = clock.date().getTime() - this.#baselineDate - (clock.now() - this.#baselineNow);
    this.#recordBaseline();
    if (aheadMs <= this.#timeoutMs) return undefined;
    return `The process was suspended for ${Math.round(aheadMs)} ms, or the system clock was set`;
  }

  #recordBaseline(): void {
    const { clock, pid } = this.#options;
    this.#pid = pid();
    this.#baselineDate = clock.date().getTime();
    this.#baselineNow = clock.now();
    this.#dateLimit = this.#baselineDate + this.#timeoutMs;
  }
}
