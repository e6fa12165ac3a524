import { type Clock, Deadlines } from '@ndsr/core/backend';
import { connectionLoss, errorNumbers, ZooKeeperError } from '../client/zookeeper-error.js';
import { Fifo } from './fifo.js';

export interface RequestWindowOptions<Client> {
  readonly clock: Clock;
  /** How long a call waits for its answer. A request without an answer for 1.5 times as long rejects with OPERATION_TIMEOUT. */
  readonly requestTimeoutMs: number;
  /** The number of requests that may be in flight. @default 100: that keeps a server busy; more only block the event loop when their answers arrive at once */
  readonly size?: number | undefined;
  /** The client that sends the next request; undefined while there is no connection. */
  client(): Client | undefined;
}

/** Sends a request through the current client. */
type Send<Client, T> = (client: Client) => Promise<T>;

/** An item that may have to wait for its turn. */
interface Queueable {
  /** True if it waits; still true while it is being sent. Maintained by the window; false at first. */
  isQueued: boolean;
}

/** A request, from the wait for its turn to its end. */
export interface Request<Client, T = unknown> extends Queueable {
  send(client: Client): Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** A task that begins when it is its turn, and sends requests of its own. Must not throw. */
export interface Starter extends Queueable {
  begin(): void;
}

type Waiting<Client> = Request<Client> | Starter;

/** Longer than any call waits, so that requests that are queued when the servers fall silent end before they would be sent. */
const giveUpAfterTimeouts = 1.5;
/** Servers without an answer for this long have fallen silent. */
const recentInTimeouts = 1 / 8;

/** Limits the number of requests in flight; the others wait in the order in which they were added, urgent ones first. */
export class RequestWindow<Client> {
  readonly #client: () => Client | undefined;
  readonly #size: number;
  readonly #clock: Clock;
  readonly #deadlines: Deadlines<Request<Client>>;
  readonly #waiting = new Fifo<Waiting<Client>>();
  readonly #urgent = new Fifo<Waiting<Client>>();
  readonly #recentMs: number;
  #inFlight = 0;
  /** There is room, but queued requests are not sent, because the servers have fallen silent. */
  #isPaused = false;
  #answeredAt = Number.NEGATIVE_INFINITY;

  constructor({ clock, requestTimeoutMs, size = 100, client }: RequestWindowOptions<Client>) {
    this.#client = client;
    this.#size = size;
    this.#clock = clock;
    this.#recentMs = recentInTimeouts * requestTimeoutMs;
    const over = (request: Request<Client>): void => this.#giveUp(request);
    // An operation keeps the process alive by its own deadline; a request that only a watch waits for must not.
    this.#deadlines = new Deadlines({ clock, ms: giveUpAfterTimeouts * requestTimeoutMs, over, keepsAlive: false });
  }

  /** True if the servers have answered recently. */
  get isAnswering(): boolean {
    return this.answeredSince(this.#clock.now() - this.#recentMs);
  }

  /** True if the servers have answered any request since `time`, so that queued requests have moved forward. */
  answeredSince(time: number): boolean {
    return this.#answeredAt >= time;
  }

  /** Queues the request; it is sent once the window has room. */
  add(request: Request<Client>): void {
    this.#add(request, this.#waiting);
  }

  run<T>(send: Send<Client, T>): Promise<T> {
    return this.#run(send, this.#waiting);
  }

  /** Queues a request before all others: one that others depend on. */
  runFirst<T>(send: Send<Client, T>): Promise<T> {
    return this.#run(send, this.#urgent);
  }

  /**
   * Begins the task once a request would not have to wait: thousands of tasks that all queue their first requests would fill
   * the memory. It does not begin any more once the connection is lost.
   */
  whenRoom(beginner: Starter): void {
    if (this.#isOpen) beginner.begin();
    else this.#enqueue(beginner, this.#waiting);
  }

  /** Rejects all requests that have not been sent, as if the connection had broken during them. */
  rejectQueued(): void {
    for (const waiting of [...this.#urgent.drain(), ...this.#waiting.drain()]) {
      waiting.isQueued = false;
      if (!('begin' in waiting)) waiting.reject(connectionLoss('Connection lost'));
    }
  }

  /** Leaves no timer. */
  stop(): void {
    this.#deadlines.stop();
  }

  #run<T>(send: Send<Client, T>, queue: Fifo<Waiting<Client>>): Promise<T> {
    return new Promise<unknown>((resolve, reject) => {
      this.#add({ send, resolve, reject, isQueued: false }, queue);
    }) as Promise<T>;
  }

  #add(request: Request<Client>, queue: Fifo<Waiting<Client>>): void {
    if (this.#isOpen) this.#start(request);
    else this.#enqueue(request, queue);
  }

  get #hasRoom(): boolean {
    return this.#inFlight < this.#size;
  }

  /** True if a new request is sent at once. */
  get #isOpen(): boolean {
    return this.#hasRoom && !this.#isPaused;
  }

  #enqueue(waiting: Waiting<Client>, queue: Fifo<Waiting<Client>>): void {
    waiting.isQueued = true;
    queue.push(waiting);
  }

  #start(request: Request<Client>): void {
    this.#inFlight += 1;
    this.#deadlines.begin(request);
    this.#send(request).then(
      (value) => {
        this.#answeredAt = this.#clock.now();
        request.resolve(value);
        this.#ended(request);
      },
      (error) => {
        if (isAnswer(error)) this.#answeredAt = this.#clock.now();
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

  /** It may have timed out before. */
  #ended(request: Request<Client>): void {
    if (this.#deadlines.end(request)) this.#inFlight -= 1;
    this.#fill();
  }

  #giveUp(request: Request<Client>): void {
    const message = `No answer within ${this.#deadlines.ms} ms`;
    request.reject(new ZooKeeperError(errorNumbers.operationTimeout, message));
    this.#inFlight -= 1;
    // Silent servers get no queued requests as long as there is one in flight that they may still answer.
    this.#isPaused = !this.isAnswering && this.#inFlight > 0;
    if (!this.#isPaused) this.#fill();
  }

  #fill(): void {
    this.#isPaused = false;
    while (this.#hasRoom) {
      const next = this.#urgent.shift() ?? this.#waiting.shift();
      if (next === undefined) return;
      if ('begin' in next) next.begin();
      else this.#start(next);
      next.isQueued = false;
    }
  }
}

/** True if the error is an answer of the servers; numbers above -101 are failures on the way to them. */
function isAnswer(error: unknown): boolean {
  return error instanceof ZooKeeperError && error.number <= errorNumbers.noNode;
}
