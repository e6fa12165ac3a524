import { errorNumbers, ZooKeeperError } from '../client/zookeeper-error.js';
import { Fifo } from './fifo.js';

/** As many requests in flight keep a server busy; more only block the event loop when their answers come at once. */
const defaultWindow = 100;

interface Waiting {
  start(): void;
  reject(error: Error): void;
}

/** Lets at most so many requests be in flight; the rest start in the order in which they came, urgent ones first. */
export class RequestWindow {
  readonly #size: number;
  readonly #waiting = new Fifo<Waiting>();
  readonly #urgent = new Fifo<Waiting>();
  #inFlight = 0;

  constructor(size: number = defaultWindow) {
    this.#size = size;
  }

  run<T>(request: () => Promise<T>): Promise<T> {
    return this.#run(request, this.#waiting);
  }

  /** Before everything that waits: what others cannot succeed without. */
  runFirst<T>(request: () => Promise<T>): Promise<T> {
    return this.#run(request, this.#urgent);
  }

  /** What has not been sent yet is not going to be: it rejects as if the connection had broken under it. */
  drop(): void {
    for (const { reject } of [...this.#urgent.drain(), ...this.#waiting.drain()]) {
      reject(new ZooKeeperError(errorNumbers.connectionLoss, 'Connection lost'));
    }
  }

  /**
   * Calls `begin`, which runs requests of its own, when one would not have to wait: thousands of whom each prepares its first
   * request would fill the memory with what waits. Not called any more once the connection is lost.
   */
  whenRoom(begin: () => void): void {
    if (this.#inFlight < this.#size) begin();
    else this.#waiting.push({ start: begin, reject: () => undefined });
  }

  #run<T>(request: () => Promise<T>, queue: Fifo<Waiting>): Promise<T> {
    if (this.#inFlight < this.#size) return this.#start(request);
    return new Promise<T>((resolve, reject) => {
      const start = (): void => void this.#start(request).then(resolve, reject);
      queue.push({ start, reject });
    });
  }

  #start<T>(request: () => Promise<T>): Promise<T> {
    this.#inFlight += 1;
    const answer = request();
    answer.then(this.#ended, this.#ended);
    return answer;
  }

  readonly #ended = (): void => {
    this.#inFlight -= 1;
    while (this.#inFlight < this.#size) {
      const next = this.#urgent.shift() ?? this.#waiting.shift();
      if (next === undefined) return;
      next.start();
    }
  };
}
