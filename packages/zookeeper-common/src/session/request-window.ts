import { errorNumbers, ZooKeeperError } from '../client/zookeeper-error.js';

/** As many requests in flight keep a server busy; more only block the event loop when their answers come at once. */
export const defaultWindow = 100;

interface Waiting {
  start(): void;
  reject(error: Error): void;
}

/** Lets at most so many requests be in flight; the rest start in the order in which they came. */
export class RequestWindow {
  readonly #size: number;
  #inFlight = 0;
  #waiting: Waiting[] = [];
  #next = 0;

  constructor(size: number = defaultWindow) {
    this.#size = size;
  }

  run<T>(request: () => Promise<T>): Promise<T> {
    if (this.#inFlight < this.#size) return this.#start(request);
    return new Promise<T>((resolve, reject) => {
      const start = (): void => void this.#start(request).then(resolve, reject);
      this.#waiting.push({ start, reject });
    });
  }

  /** What has not been sent yet is not going to be: it rejects as if the connection had broken under it. */
  drop(): void {
    const waiting = this.#waiting.slice(this.#next);
    this.#waiting = [];
    this.#next = 0;
    for (const { reject } of waiting) reject(new ZooKeeperError(errorNumbers.connectionLoss, 'Connection lost'));
  }

  async #start<T>(request: () => Promise<T>): Promise<T> {
    this.#inFlight += 1;
    try {
      return await request();
    } finally {
      this.#inFlight -= 1;
      this.#startNext();
    }
  }

  #startNext(): void {
    // An index instead of `shift`, which moves every element: tens of thousands wait after a reconnect.
    const next = this.#waiting[this.#next];
    if (next === undefined) return;
    this.#next += 1;
    if (this.#next === this.#waiting.length) {
      this.#waiting = [];
      this.#next = 0;
    }
    next.start();
  }
}
