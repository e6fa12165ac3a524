import type { Clock } from '@ndsr/core/backend';
import { errorNumbers, ZooKeeperError } from '@ndsr/zookeeper-common';

/** Ends a call: with the library's code, or with what the function makes of the answer. */
export type Settle<T> = (code: number, message: string, value: () => T) => void;

type Reject = (error: ZooKeeperError) => void;

/** What the library says of requests whose connection broke, or whose client is closing. */
const lost: ReadonlySet<number> = new Set([
  errorNumbers.connectionLoss,
  errorNumbers.operationTimeout,
  errorNumbers.sessionExpired,
  -2, // Answers that do not fit the requests: the library breaks the connection then.
  -9, // The client is dead; said at once.
  -116, // The client is closing.
]);

/** The requests under way. Each ends once, whether the library calls back or not. */
export class Calls {
  readonly #clock: Clock;
  readonly #rejects = new Set<Reject>();
  #heardAt: number;
  #answeredAt = 0;
  #askedAt = 0;
  #waitingSince = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#heardAt = clock.now();
  }

  /** How long no answer has come from the servers. Watch events are none. */
  get quietMs(): number {
    return this.#clock.now() - this.#heardAt;
  }

  /** How long nothing has been asked. */
  get silentMs(): number {
    return this.#clock.now() - this.#askedAt;
  }

  /** How long the requests under way have waited for any answer. The servers answer one after the other. */
  get waitedMs(): number {
    if (this.#rejects.size === 0) return 0;
    return this.#clock.now() - Math.max(this.#answeredAt, this.#waitingSince);
  }

  /** The servers took the session: an answer to no request of this kind. */
  heard(): void {
    this.#heardAt = this.#clock.now();
  }

  /** Starts a request; `start` returns what the library did: below zero, and no callback will come. */
  run<T>(start: (settle: Settle<T>) => number): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#began(reject);
      try {
        const code = start((answer, message, value) => {
          if (answer === 0) {
            this.#answered(reject);
            settleWith(value, resolve, reject);
          } else this.#failed(reject, answer, message);
        });
        if (code < 0) this.#refuse(reject, toZooKeeperError(code, 'refused by the client'));
      } catch (thrown) {
        this.#refuse(reject, badArguments(thrown));
      }
    });
  }

  /** Rejects all that is under way. Whether the servers carried it out is unknown. */
  lose(): void {
    for (const reject of this.#rejects) reject(connectionLoss());
    this.#rejects.clear();
  }

  #began(reject: Reject): void {
    this.#askedAt = this.#clock.now();
    if (this.#rejects.size === 0) this.#waitingSince = this.#askedAt;
    this.#rejects.add(reject);
  }

  #answered(reject: Reject): void {
    this.#rejects.delete(reject);
    this.#answeredAt = this.#heardAt = this.#clock.now();
  }

  #failed(reject: Reject, code: number, message: string): void {
    // Later: the library is just letting go of its socket, see `LibraryHandle`.
    if (lost.has(code)) {
      setImmediate(() => this.#refuse(reject, connectionLoss()));
    } else {
      this.#answered(reject);
      reject(toZooKeeperError(code, message));
    }
  }

  #refuse(reject: Reject, error: ZooKeeperError): void {
    this.#rejects.delete(reject);
    reject(error);
  }
}

/** What is thrown in the library's callback ends the process. */
function settleWith<T>(value: () => T, resolve: (value: T) => void, reject: (error: ZooKeeperError) => void): void {
  try {
    resolve(value());
  } catch (cause) {
    reject(new ZooKeeperError(errorNumbers.badArguments, 'ZooKeeper answered with something unreadable', { cause }));
  }
}

export function connectionLoss(): ZooKeeperError {
  return new ZooKeeperError(errorNumbers.connectionLoss, 'ZooKeeper error CONNECTION_LOSS (-4)');
}

function badArguments(cause: unknown): ZooKeeperError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ZooKeeperError(errorNumbers.badArguments, `ZooKeeper error BAD_ARGUMENTS (-8): ${reason}`, { cause });
}

function toZooKeeperError(code: number, message: string): ZooKeeperError {
  if (lost.has(code)) return connectionLoss();
  return new ZooKeeperError(code, `ZooKeeper error ${code}: ${message}`);
}
