import type { CancelTimer, Clock } from '@ndsr/core/backend';
import { errorNumbers, ZooKeeperError } from '../client/zookeeper-error.js';

/** How often all that is under way is looked at within the deadline. */
const looks = 4;

interface UnderWay {
  /** How often it was found unanswered. */
  seen: number;
  reject(error: Error): void;
}

/**
 * Ends requests that the client library forgets: without an answer they would hold their place in the window for ever.
 * One timer for all of them, and looks that are counted: when the event loop stood still, a clock would call everything
 * overdue before the answers that have come are read.
 */
export class RequestDeadline {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #underWay = new Set<UnderWay>();
  #cancelLook: CancelTimer | undefined;

  constructor(clock: Clock, deadlineMs: number) {
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
  }

  /** The request's outcome, or OPERATION_TIMEOUT when it has none for too long. */
  limit<T>(request: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const call = { seen: 0, reject };
      this.#underWay.add(call);
      this.#lookLater();
      request.then(
        (value) => {
          this.#underWay.delete(call);
          resolve(value);
        },
        (error) => {
          this.#underWay.delete(call);
          reject(error);
        },
      );
    });
  }

  /** No timer is left. */
  stop(): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
  }

  #lookLater(): void {
    this.#cancelLook ??= this.#clock.backgroundTimer(this.#deadlineMs / looks, () => this.#look());
  }

  #look(): void {
    this.#cancelLook = undefined;
    for (const call of this.#underWay) {
      call.seen += 1;
      if (call.seen > looks) this.#giveUp(call);
    }
    if (this.#underWay.size > 0) this.#lookLater();
  }

  #giveUp(call: UnderWay): void {
    this.#underWay.delete(call);
    call.reject(new ZooKeeperError(errorNumbers.operationTimeout, `No answer within ${this.#deadlineMs} ms`));
  }
}
