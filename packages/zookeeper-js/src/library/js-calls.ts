import { badArguments, connectionLoss, ZooKeeperError } from '@ndsr/zookeeper-common';

/** Ends a call: with the library's error, or with the value that the function returns. */
export type JsSettle<T> = (error: unknown, value: () => T) => void;

/**
 * The requests in flight. Each ends exactly once, although the library drops the callback of a reply that it cannot
 * decode, and the callbacks of requests that are queued when the session ends.
 */
export class JsCalls {
  readonly #rejects = new Set<(error: ZooKeeperError) => void>();

  /** Starts a request. An error that `start` throws is reported as bad arguments. */
  run<T>(start: (settle: JsSettle<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#rejects.add(reject);
      try {
        start((error, value) => {
          if (error) reject(toZooKeeperError(error));
          else resolve(value());
          this.#rejects.delete(reject);
        });
      } catch (error) {
        this.#rejects.delete(reject);
        reject(badArguments(error));
      }
    });
  }

  /** Rejects all requests in flight. Whether the servers carried them out is unknown. */
  rejectAll(): void {
    for (const reject of this.#rejects) reject(connectionLoss());
    this.#rejects.clear();
  }
}

/** The `code` of the library's errors is the servers' number. */
function toZooKeeperError(error: unknown): ZooKeeperError {
  if (!hasCode(error)) return badArguments(error);
  return new ZooKeeperError(error.code, `ZooKeeper error ${error.getName()} (${error.code})`);
}

function hasCode(error: unknown): error is { code: number; getName(): string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && 'getName' in error;
}
