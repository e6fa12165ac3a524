import { TimeoutError } from '../errors/connection-errors.js';
import type { Clock } from '../time/clock.js';
import { Deadlines } from '../time/deadlines.js';

/** Something that has to end in time. */
export interface Operation {
  /** For the message: `create`. */
  readonly what: string;
  readonly path: string;
  /**
   * Whether its time does not run: it waits for its turn in a queue, and the servers have answered something since `since`, a
   * time of the context's clock. @default never
   */
  isPaused?(since: number): boolean;
  /** Its time is over. */
  giveUp(error: TimeoutError): void;
}

/** Sees to it that every operation of a backend ends, at the latest with `TimeoutError` after the deadline. */
export class OperationDeadlines {
  readonly #deadlines: Deadlines<Operation>;

  /** @param deadlineMs how long an operation may take, ms */
  constructor(clock: Clock, deadlineMs: number) {
    const over = (operation: Operation, wasPaused: boolean): void =>
      operation.giveUp(timeoutOf(operation, deadlineMs, wasPaused));
    const isPaused = (operation: Operation, since: number): boolean => operation.isPaused?.(since) ?? false;
    this.#deadlines = new Deadlines({ clock, ms: deadlineMs, over, isPaused });
  }

  /** From now on `operation` has the whole time, at first and when it is called again. */
  begin(operation: Operation): void {
    this.#deadlines.begin(operation);
  }

  /** `operation` has come to its end. */
  end(operation: Operation): void {
    this.#deadlines.end(operation);
  }

  /** The outcome of `work`, in time. */
  limit<T>(what: string, path: string, work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const operation = { what, path, giveUp: reject };
      this.begin(operation);
      work.then(
        (value) => {
          this.end(operation);
          resolve(value);
        },
        (error) => {
          this.end(operation);
          reject(error);
        },
      );
    });
  }
  /** The same for `work` that closes a backend: one that hangs is given up, not failed; the session then ends by its own timeout. */
  limitClose(work: Promise<void>): Promise<void> {
    return this.limit('close', '/', work).catch((error) => {
      if (!(error instanceof TimeoutError)) throw error;
    });
  }
}

function timeoutOf({ what, path }: Operation, deadlineMs: number, wasPaused: boolean): TimeoutError {
  const message = wasPaused
    ? `${what} ${path} was not sent: too many calls of this registry were before it`
    : `No answer to ${what} ${path} within ${deadlineMs} ms`;
  return new TimeoutError(message, { path });
}
