import { type BackoffOptions, backoffMs } from '../time/backoff.js';
import type { CancelTimer, Clock } from '../time/clock.js';
import type { Paced, RestorePace } from './restore-pace.js';

/** Registrations that failed together, because the servers were overloaded, are not retried together. */
export const retryBackoff: BackoffOptions = { firstMs: 1_000, longestMs: 30_000, jitter: 0.5 };

export interface ScheduleHost {
  readonly clock: Clock;
  readonly random: () => number;
}

export interface Scheduled {
  /** Reconciles in the background, now. A failure becomes a `fault` event and is retried. */
  reconcileNow(): void;
  /** Schedules a reconciliation if one is needed. Called after a pause, when the state may have changed. */
  schedule(): void;
}

/** Decides when a registration is reconciled in the background: immediately, at its turn, or after a pause. */
export class ReconcileSchedule implements Paced {
  readonly #host: ScheduleHost;
  readonly #pace: RestorePace;
  readonly #scheduled: Scheduled;
  /** True after an outage or a failure, which affects many registrations at once: the next reconciliation waits for a turn. */
  #isPaced = false;
  #hasRequestedTurn = false;
  #failures = 0;
  #cancelTimer: CancelTimer | undefined;

  constructor(host: ScheduleHost, pace: RestorePace, scheduled: Scheduled) {
    this.#host = host;
    this.#pace = pace;
    this.#scheduled = scheduled;
  }

  /** True if the last reconciliation on this connection has failed. */
  get hasFailed(): boolean {
    return this.#failures > 0;
  }

  /** Reconciles now, or at its turn. A reconciliation that sends nothing needs no turn. */
  start(needsRequest: boolean): void {
    if (this.#isPaced && needsRequest) {
      this.#hasRequestedTurn = true;
      this.#pace.request(this);
      return;
    }
    this.cancel();
    this.#scheduled.reconcileNow();
  }

  onTurn(): void {
    this.#scheduled.reconcileNow();
  }

  startAfter(ms: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#host.clock.backgroundTimer(ms, () => this.#scheduled.schedule());
  }

  /** Tries again, after a pause that grows with each failure. */
  retry(): void {
    this.startAfter(backoffMs(this.#failures, retryBackoff, this.#host.random));
    this.#failures += 1;
    this.#isPaced = true;
  }

  /** The next reconciliation waits for its turn. */
  usePace(): void {
    this.#isPaced = true;
  }

  /** There is a new connection: failures before it no longer count. */
  reset(): void {
    this.#failures = 0;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#isPaced = false;
  }

  /** Gives up the timer and the place in the queue for turns. */
  cancel(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#hasRequestedTurn) this.#pace.release(this);
    this.#hasRequestedTurn = false;
  }
}
