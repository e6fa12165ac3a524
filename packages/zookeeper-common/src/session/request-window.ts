import { type Clock, Deadlines } from '@ndsr/core/backend';
import { errorNumbers, ZooKeeperError } from '../client/zookeeper-error.js';
import { Fifo } from './fifo.js';

export interface RequestWindowOptions<Client> {
  readonly clock: Clock;
  /** How long a call waits for its answer. A request that has none for half as long again rejects with OPERATION_TIMEOUT. */
  readonly requestTimeoutMs: number;
  /** How many may be in flight. @default 100: as many keep a server busy; more only block the event loop when their answers come at once */
  readonly size?: number | undefined;
  /** What takes a request when it is its turn; undefined while there is no connection. */
  client(): Client | undefined;
}

/** A request, sent through whatever takes it at the time. */
type Send<Client, T> = (client: Client) => Promise<T>;

/** Something that may have to wait for its turn. */
interface Queueable {
  /** Whether it waits, still while it is sent. Kept by the window; false at first. */
  isQueued: boolean;
}

/** From the wait for its turn to its end. */
export interface Request<Client, T = unknown> extends Queueable {
  send(client: Client): Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** What begins when it is its turn, and runs requests of its own. Must not throw. */
export interface Beginner extends Queueable {
  begin(): void;
}

type Waiting<Client> = Request<Client> | Beginner;

/** Longer than any call waits, so that what is queued when the servers fall silent ends before it would be sent. */
const placeInTimeouts = 1.5;
/** Servers that have not answered for so long have fallen silent. */
const recentInTimeouts = 1 / 8;

/** Lets at most so many requests be in flight; the rest start in the order in which they came, urgent ones first. */
export class RequestWindow<Client> {
  readonly #client: () => Client | undefined;
  readonly #size: number;
  readonly #clock: Clock;
  readonly #deadlines: Deadlines<Request<Client>>;
  readonly #waiting = new Fifo<Waiting<Client>>();
  readonly #urgent = new Fifo<Waiting<Client>>();
  readonly #recentMs: number;
  #inFlight = 0;
  /** Places are free and not given to those who wait, because the servers have fallen silent. */
  #isHeldUp = false;
  #answeredAt = Number.NEGATIVE_INFINITY;

  constructor({ clock, requestTimeoutMs, size = 100, client }: RequestWindowOptions<Client>) {
    this.#client = client;
    this.#size = size;
    this.#clock = clock;
    this.#recentMs = recentInTimeouts * requestTimeoutMs;
    const over = (request: Request<Client>): void => this.#giveUp(request);
    // An operation keeps the process alive by its own deadline; what only a watch waits for must not.
    this.#deadlines = new Deadlines({ clock, ms: placeInTimeouts * requestTimeoutMs, over, keepsAlive: false });
  }

  /** Whether the servers answer. */
  get isMoving(): boolean {
    return this.answeredSince(this.#clock.now() - this.#recentMs);
  }

  /** Whether the servers have answered something since then, so that requests that wait came closer to their turn. */
  answeredSince(time: number): boolean {
    return this.#answeredAt >= time;
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
    if (this.#isOpen) beginner.begin();
    else this.#enqueue(beginner, this.#waiting);
  }

  /** What has not been sent yet is not going to be: it rejects as if the connection had broken under it. */
  drop(): void {
    for (const waiting of [...this.#urgent.drain(), ...this.#waiting.drain()]) {
      waiting.isQueued = false;
      if (!('begin' in waiting)) waiting.reject(connectionLoss('Connection lost'));
    }
  }

  /** No timer is left. */
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

  /** Whether what comes now need not wait. */
  get #isOpen(): boolean {
    return this.#hasRoom && !this.#isHeldUp;
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

  /** It may have been given up before. */
  #ended(request: Request<Client>): void {
    if (this.#deadlines.end(request)) this.#inFlight -= 1;
    this.#fill();
  }

  #giveUp(request: Request<Client>): void {
    const message = `No answer within ${this.#deadlines.ms} ms`;
    request.reject(new ZooKeeperError(errorNumbers.operationTimeout, message));
    this.#inFlight -= 1;
    // Servers that have fallen silent are sent nothing that waits as long as there is something that they may still answer.
    this.#isHeldUp = !this.isMoving && this.#inFlight > 0;
    if (!this.#isHeldUp) this.#fill();
  }

  #fill(): void {
    this.#isHeldUp = false;
    while (this.#hasRoom) {
      const next = this.#urgent.shift() ?? this.#waiting.shift();
      if (next === undefined) return;
      if ('begin' in next) next.begin();
      else this.#start(next);
      next.isQueued = false;
    }
  }
}

/** Whether the servers say so; below that are the numbers of what goes wrong on the way to them. */
function isAnswer(error: unknown): boolean {
  return error instanceof ZooKeeperError && error.number <= errorNumbers.noNode;
}

function connectionLoss(message: string): ZooKeeperError {
  return new ZooKeeperError(errorNumbers.connectionLoss, message);
}
