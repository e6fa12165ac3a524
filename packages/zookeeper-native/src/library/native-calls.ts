import type { Clock } from '@ndsr/core/backend';
import { badArguments, connectionLoss, errorNumbers, ZooKeeperError } from '@ndsr/zookeeper-common';

/** Ends a call: with the library's code, or with the value that the function returns. */
export type NativeSettle<T> = (code: number, message: string, value: () => T) => void;

type Reject = (error: ZooKeeperError) => void;

/** The library's codes for requests whose connection broke, or whose client is closing. */
const connectionLossCodes: ReadonlySet<number> = new Set([
  errorNumbers.connectionLoss,
  errorNumbers.operationTimeout,
  errorNumbers.sessionExpired,
  -2, // Answers that do not match the requests: the library closes the connection then.
  -9, // The client is dead; returned at once.
  -116, // The client is closing.
]);

/** The requests in flight. Each ends exactly once, whether the library calls back or not. */
export class NativeCalls {
  readonly #clock: Clock;
  readonly #rejects = new Set<Reject>();
  #lastAnswerAt: number;
  #answeredAt = 0;
  #lastRequestAt = 0;
  #waitingSince = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastAnswerAt = clock.now();
  }

  /** The time since the last answer of the servers, ms. Watch events do not count. */
  get quietMs(): number {
    return this.#clock.now() - this.#lastAnswerAt;
  }

  /** The time since the last request, ms. */
  get idleMs(): number {
    return this.#clock.now() - this.#lastRequestAt;
  }

  /** How long the requests in flight have waited for any answer, ms. The servers answer one after the other. */
  get waitedMs(): number {
    if (this.#rejects.size === 0) return 0;
    return this.#clock.now() - Math.max(this.#answeredAt, this.#waitingSince);
  }

  /** The servers gave or resumed the session: that counts as an answer. */
  sessionAccepted(): void {
    this.#lastAnswerAt = this.#clock.now();
  }

  /** Starts a request; `start` returns the library's code: if it is negative, there will be no callback. */
  run<T>(start: (settle: NativeSettle<T>) => number): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#add(reject);
      try {
        const code = start((answer, message, value) => {
          if (answer === 0) {
            this.#answered(reject);
            settleWith(value, resolve, reject);
          } else this.#failed(reject, answer, message);
        });
        if (code < 0) this.#reject(reject, toZooKeeperError(code, 'refused by the client'));
      } catch (thrown) {
        this.#reject(reject, badArguments(thrown));
      }
    });
  }

  /** Rejects all requests in flight. Whether the servers carried them out is unknown. */
  rejectAll(): void {
    for (const reject of this.#rejects) reject(connectionLoss());
    this.#rejects.clear();
  }

  #add(reject: Reject): void {
    this.#lastRequestAt = this.#clock.now();
    if (this.#rejects.size === 0) this.#waitingSince = this.#lastRequestAt;
    this.#rejects.add(reject);
  }

  #answered(reject: Reject): void {
    this.#rejects.delete(reject);
    this.#answeredAt = this.#lastAnswerAt = this.#clock.now();
  }

  #failed(reject: Reject, code: number, message: string): void {
    // Deferred: the library is closing its socket at this moment, see `LibraryHandle`.
    if (connectionLossCodes.has(code)) {
      setImmediate(() => this.#reject(reject, connectionLoss()));
    } else {
      this.#answered(reject);
      reject(toZooKeeperError(code, message));
    }
  }

  #reject(reject: Reject, error: ZooKeeperError): void {
    this.#rejects.delete(reject);
    reject(error);
  }
}

/** An exception in the library's callback would end the process. */
function settleWith<T>(value: () => T, resolve: (value: T) => void, reject: (error: ZooKeeperError) => void): void {
  try {
    resolve(value());
  } catch (cause) {
    reject(new ZooKeeperError(errorNumbers.badArguments, 'ZooKeeper answered with something unreadable', { cause }));
  }
}

function toZooKeeperError(code: number, message: string): ZooKeeperError {
  if (connectionLossCodes.has(code)) return connectionLoss();
  return new ZooKeeperError(code, `ZooKeeper error ${code}: ${message}`);
}
