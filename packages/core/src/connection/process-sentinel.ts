import type { Clock } from '../time/clock.js';

export interface SentinelOptions {
  readonly clock: Clock;
  /** The process id of this moment. */
  readonly pid: () => number;
  /** Runs `run` once all that is running now has ended, however idle the process is. */
  readonly nextTurn: (run: () => void) => void;
}

/**
 * Notices that this process is not the one that connected: its id is another, or the time of day ran ahead of the clock
 * that only grows by more than the session timeout. That clock stands still while a virtual machine is suspended or a
 * container frozen and restored, and the servers have ended the session meanwhile, or a copy of this process has it.
 *
 * Somebody who sets the time of day forward by more than the timeout cannot be told from that.
 */
export class ProcessSentinel {
  readonly #options: SentinelOptions;
  readonly #onNextTurn = (): void => {
    this.#checkedThisTurn = false;
  };
  #checkedThisTurn = false;
  #pid: number;
  #timeoutMs = Number.POSITIVE_INFINITY;
  /** At the last full look. */
  #date: number;
  #now: number;
  /** Until then no jump can have been long enough, whatever the other clock shows. */
  #dateLimit = Number.POSITIVE_INFINITY;

  constructor(options: SentinelOptions) {
    this.#options = options;
    this.#pid = options.pid();
    this.#date = options.clock.date().getTime();
    this.#now = options.clock.now();
  }

  /** From now on a jump by more than the session timeout counts. A new session forgives those of before. */
  onConnected(timeoutMs: number, isNewSession: boolean): void {
    this.#timeoutMs = timeoutMs;
    if (isNewSession) this.#recordBaseline();
    this.#dateLimit = this.#date + timeoutMs;
  }

  /**
   * What has happened to the process, to be said to people; undefined for nothing. Said once.
   *
   * Nearly free, as it is asked at every call: it looks once in each turn of the event loop, since what happens in the
   * middle of one might as well have happened at its end; and at both clocks once in a session timeout.
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
    return date > this.#dateLimit || date < this.#date ? this.#compareClocks() : undefined;
  }

  #changedPid(): string {
    const before = this.#pid;
    this.#recordBaseline();
    return `The process has another id than before (${this.#pid}, it was ${before})`;
  }

  #compareClocks(): string | undefined {
    const { clock } = this.#options;
    const aheadMs = clock.date().getTime() - this.#date - (clock.now() - this.#now);
    this.#recordBaseline();
    if (aheadMs <= this.#timeoutMs) return undefined;
    return `The process stood still for ${Math.round(aheadMs)} ms, or the time of day was set`;
  }

  #recordBaseline(): void {
    const { clock, pid } = this.#options;
    this.#pid = pid();
    this.#date = clock.date().getTime();
    this.#now = clock.now();
    this.#dateLimit = this.#date + this.#timeoutMs;
  }
}
