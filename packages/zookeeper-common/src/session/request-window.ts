import { errorNumbers, ZooKeeperError } from '../client/zookeeper-error.js';
import { Fifo } from './fifo.js';

/** As many requests in flight keep a server busy; more only block the event loop when their answers come at once. */
const defaultWindow = 100;

/** A request, sent through whatever takes it at the time. */
type Send<Client, T> = (client: Client) => Promise<T>;

interface Waiting {
  start(): void;
  drop(error: Error): void;
}

/** Lets at most so many requests be in flight; the rest start in the order in which they came, urgent ones first. */
export class RequestWindow<Client> {
  readonly #send: <T>(send: Send<Client, T>) => Promise<T>;
  readonly #size: number;
  readonly #waiting = new Fifo<Waiting>();
  readonly #urgent = new Fifo<Waiting>();
  #inFlight = 0;

  /** @param send sends one, when it is its turn */
  constructor(send: <T>(send: Send<Client, T>) => Promise<T>, size: number = defaultWindow) {
    this.#send = send;
    this.#size = size;
  }

  run<T>(request: Send<Client, T>): Promise<T> {
    return this.#run(request, this.#waiting);
  }

  /** Before everything that waits: what others cannot succeed without. */
  runFirst<T>(request: Send<Client, T>): Promise<T> {
    return this.#run(request, this.#urgent);
  }

  /**
   * Calls `begin`, which runs requests of its own, when one would not have to wait: thousands of whom each prepares its first
   * request would fill the memory with what waits. Not called any more once the connection is lost.
   */
  whenRoom(begin: () => void): void {
    if (this.#inFlight < this.#size) begin();
    else this.#waiting.push({ start: begin, drop: () => undefined });
  }

  /** What has not been sent yet is not going to be: it rejects as if the connection had broken under it. */
  drop(): void {
    for (const waiting of [...this.#urgent.drain(), ...this.#waiting.drain()]) {
      waiting.drop(new ZooKeeperError(errorNumbers.connectionLoss, 'Connection lost'));
    }
  }

  #run<T>(request: Send<Client, T>, queue: Fifo<Waiting>): Promise<T> {
    if (this.#inFlight < this.#size) return this.#start(request);
    return new Promise<T>((resolve, drop) => {
      queue.push({ start: () => resolve(this.#start(request)), drop });
    });
  }

  #start<T>(request: Send<Client, T>): Promise<T> {
    this.#inFlight += 1;
    const answer = this.#sent(request);
    answer.then(this.#ended, this.#ended);
    return answer;
  }

  #sent<T>(request: Send<Client, T>): Promise<T> {
    try {
      return this.#send(request);
    } catch (thrown) {
      return Promise.reject(thrown);
    }
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
