import { TimeoutError } from '../errors/connection-errors.js';
import type { Clock } from '../time/clock.js';
import { Deadlines } from '../time/deadlines.js';

/** An operation that has a deadline. */
export interface Operation {
  /** The name of the operation for the message, such as `create`. */
  readonly what: string;
  readonly path: string;
  /**
   * True while the deadline is paused: the operation is waiting in a queue, and the servers have answered something
   * since `since` (a time of the context's clock). @default never
   */
  isPaused?(since: number): boolean;
  /** Called when the deadline has passed. */
  giveUp(error: TimeoutError): void;
}

/** Bounds every operation of a backend: each ends at the latest with `TimeoutError` after the deadline. */
export class OperationDeadlines {
  readonly #deadlines: Deadlines<Operation>;

  /** @param deadlineMs how long an operation may take, ms */
  constructor(clock: Clock, deadlineMs: number) {
    const over = (operation: Operation, wasPaused: boolean): void =>
      operation.giveUp(timeoutOf(operation, deadlineMs, wasPaused));
    const isPaused = (operation: Operation, since: number): boolean => operation.isPaused?.(since) ?? false;
    this.#deadlines = new Deadlines({ clock, ms: deadlineMs, over, isPaused });
  }

  /** Starts the deadline of `operation`, or restarts it if it is running. */
  begin(operation: Operation): void {
    this.#deadlines.begin(operation);
  }

  /** Ends the deadline of `operation`. */
  end(operation: Operation): void {
    this.#deadlines.end(operation);
  }

  /** Settles as `work` does, or rejects with `TimeoutError` after the deadline. */
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
  /**
   * Like `limit`, for `work` that closes a backend. A close that hangs is abandoned without an error; the session then
   * ends by its own timeout.
   */
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
