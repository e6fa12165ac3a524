import { errorNumbers, ZooKeeperError } from '@ndsr/zookeeper-common';

/** Ends a call: with the library's error, or with what the function makes of the reply. */
export type Settle<T> = (error: unknown, value: () => T) => void;

/**
 * The requests under way. Each ends once, whatever the library does: it forgets the callback of a reply that it cannot
 * decode, and those of requests that wait when the session ends.
 */
export class Calls {
  readonly #rejects = new Set<(error: ZooKeeperError) => void>();

  /** Starts a request. What it throws is about its arguments. */
  run<T>(start: (settle: Settle<T>) => void): Promise<T> {
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

  /** Rejects all that is under way. Whether the servers carried it out is unknown. */
  lose(): void {
    for (const reject of this.#rejects) reject(connectionLoss());
    this.#rejects.clear();
  }
}

export function connectionLoss(): ZooKeeperError {
  return new ZooKeeperError(errorNumbers.connectionLoss, 'ZooKeeper error CONNECTION_LOSS (-4)');
}

function badArguments(cause: unknown): ZooKeeperError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ZooKeeperError(errorNumbers.badArguments, `ZooKeeper error BAD_ARGUMENTS (-8): ${reason}`, { cause });
}

/** The library's errors carry the servers' number as `code`. */
function toZooKeeperError(error: unknown): ZooKeeperError {
  if (!hasCode(error)) return badArguments(error);
  return new ZooKeeperError(error.code, `ZooKeeper error ${error.getName()} (${error.code})`);
}

function hasCode(error: unknown): error is { code: number; getName(): string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && 'getName' in error;
}
