import type { Clock } from '@ndsr/core/backend';
import { errorNumbers, ZooKeeperError } from '../client/zookeeper-error.js';
import { Fifo } from './fifo.js';
import { RequestDeadline, type UnderWay } from './request-deadline.js';

export interface RequestWindowOptions<Client> {
  readonly clock: Clock;
  /** What is unanswered after so long is given up: it rejects with OPERATION_TIMEOUT, and its place is free. */
  readonly deadlineMs: number;
  /** How many may be in flight. @default 100: as many keep a server busy; more only block the event loop when their answers come at once */
  readonly size?: number | undefined;
  /** What takes a request when it is its turn; undefined while there is no connection. */
  client(): Client | undefined;
}

/** A request, sent through whatever takes it at the time. */
type Send<Client, T> = (client: Client) => Promise<T>;

/** From the wait for its turn to its end. */
export interface Request<Client, T = unknown> extends UnderWay {
  send(client: Client): Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** What begins when it is its turn, and runs requests of its own. Must not throw. */
export interface Beginner {
  begin(): void;
}

type Waiting<Client> = Request<Client> | Beginner;

/** Lets at most so many requests be in flight; the rest start in the order in which they came, urgent ones first. */
export class RequestWindow<Client> {
  readonly #client: () => Client | undefined;
  readonly #size: number;
  readonly #deadline: RequestDeadline<Request<Client>>;
  readonly #waiting = new Fifo<Waiting<Client>>();
  readonly #urgent = new Fifo<Waiting<Client>>();
  #inFlight = 0;

  constructor({ clock, deadlineMs, size = 100, client }: RequestWindowOptions<Client>) {
    this.#client = client;
    this.#size = size;
    this.#deadline = new RequestDeadline(clock, deadlineMs, (request) => this.#giveUp(request));
  }

  /** Has it sent when it is its turn. */
  add(request: Request<Client>): void {
    this.#add(request, this.#waiting);
  }

  run<T>(send: Send<Client, T>): Promise<T> {
    return this.#run(send, this.#waiting);
  }

  /** Before everything that waits: what others cannot succeed without. */
  runFirst<T>(send: Send<Client, T>): Promise<T> {
    return this.#run(send, this.#urgent);
  }

  /**
   * Has it begin when a request would not have to wait: thousands of whom each prepares its first request would fill the memory
   * with what waits. It does not begin any more once the connection is lost.
   */
  whenRoom(beginner: Beginner): void {
    if (this.#inFlight < this.#size) beginner.begin();
    else this.#waiting.push(beginner);
  }

  /** What has not been sent yet is not going to be: it rejects as if the connection had broken under it. */
  drop(): void {
    for (const waiting of [...this.#urgent.drain(), ...this.#waiting.drain()]) {
      if (!('begin' in waiting)) waiting.reject(connectionLoss('Connection lost'));
    }
  }

  /** No timer is left. */
  stop(): void {
    this.#deadline.stop();
  }

  #run<T>(send: Send<Client, T>, queue: Fifo<Waiting<Client>>): Promise<T> {
    return new Promise<unknown>((resolve, reject) => {
      this.#add({ send, resolve, reject, looksWithoutAnswer: 0 }, queue);
    }) as Promise<T>;
  }

  #add(request: Request<Client>, queue: Fifo<Waiting<Client>>): void {
    if (this.#inFlight < this.#size) this.#start(request);
    else queue.push(request);
  }

  #start(request: Request<Client>): void {
    this.#inFlight += 1;
    this.#deadline.begin(request);
    this.#send(request).then(
      (value) => {
        request.resolve(value);
        this.#ended(request);
      },
      (error) => {
        request.reject(error);
        this.#ended(request);
      },
    );
  }

  #send(request: Request<Client>): Promise<unknown> {
    const client = this.#client();
    if (client === undefined) return Promise.reject(connectionLoss('Not connected'));
    try {
      return request.send(client);
    } catch (thrown) {
      return Promise.reject(thrown);
    }
  }

  /** It may have been given up before. */
  #ended(request: Request<Client>): void {
    if (this.#deadline.end(request)) this.#next();
  }

  #giveUp(request: Request<Client>): void {
    const message = `No answer within ${this.#deadline.ms} ms`;
    request.reject(new ZooKeeperError(errorNumbers.operationTimeout, message));
    this.#next();
  }

  /** A place is free. */
  #next(): void {
    this.#inFlight -= 1;
    while (this.#inFlight < this.#size) {
      const next = this.#urgent.shift() ?? this.#waiting.shift();
      if (next === undefined) return;
      if ('begin' in next) next.begin();
      else this.#start(next);
    }
  }
}

function connectionLoss(message: string): ZooKeeperError {
  return new ZooKeeperError(errorNumbers.connectionLoss, message);
}
