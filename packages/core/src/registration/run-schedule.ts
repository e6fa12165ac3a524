import type { CancelTimer, Clock } from '../time/clock.js';
import type { Paced, RestorePace } from './restore-pace.js';
import { retryPauseMs } from './retry-pause.js';

export interface ScheduleHost {
  readonly clock: Clock;
  readonly random: () => number;
  readonly pace: RestorePace;
}

/** What is run when its time has come. */
export interface Scheduled {
  /** Starts a run. */
  run(): void;
  /** Sees to it that there is a run where one is due: after a pause things may have changed. */
  pursue(): void;
}

/** When a registration is looked after in the background: at once, when it is its turn, or after a pause. */
export class RunSchedule implements Paced {
  readonly #host: ScheduleHost;
  readonly #scheduled: Scheduled;
  /** Whether the next run comes after a break or a failure, as it then does for many at once: it waits for its turn. */
  #paced = false;
  #failures = 0;
  #cancelTimer: CancelTimer | undefined;

  constructor(host: ScheduleHost, scheduled: Scheduled) {
    this.#host = host;
    this.#scheduled = scheduled;
  }

  /** Whether the last run since the connection came has failed. */
  get hasFailed(): boolean {
    return this.#failures > 0;
  }

  /** A run is due. One that costs the servers nothing need not wait. */
  due(costs: boolean): void {
    if (this.#paced && costs) {
      this.#host.pace.take(this);
      return;
    }
    this.cancel();
    this.#scheduled.run();
  }

  /** It is our turn. */
  turn(): void {
    this.#scheduled.run();
  }

  after(ms: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#host.clock.backgroundTimer(ms, () => this.#scheduled.pursue());
  }

  /** A run failed. */
  retry(): void {
    this.after(retryPauseMs(this.#failures, this.#host.random));
    this.#failures += 1;
    this.#paced = true;
  }

  /** What comes next waits for its turn. */
  slowDown(): void {
    this.#paced = true;
  }

  /** A connection came: failures before it count no more. */
  reset(): void {
    this.#failures = 0;
  }

  /** A run went well. */
  settled(): void {
    this.#failures = 0;
    this.#paced = false;
  }

  /** No run is waited for any more. */
  cancel(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#host.pace.giveBack(this);
  }
}
