import type { Operation, OperationDeadlines, TimeoutError } from '@ndsr/core/backend';
import type { ZooKeeperClient } from './client/zookeeper-client.js';
import { errorNumbers, ZooKeeperError } from './client/zookeeper-error.js';
import { isErrorNumber, translateError } from './errors/error-table.js';
import type { Request } from './session/request-window.js';

/** The parts of the backend that a write uses. */
export interface WriteHost {
  readonly deadlines: OperationDeadlines;
  /** Queues the request; it is sent once the window has room. */
  enqueue(write: Request<ZooKeeperClient>): void;
  /** True if the servers have answered any request since `time`. */
  answeredSince(time: number): boolean;
  /** True if the servers have answered recently. */
  isAnswering(): boolean;
  /** Settles once our own watches have delivered the change of `path`; undefined if they have already. */
  delivered(path: string): Promise<unknown> | undefined;
}

export interface WriteOptions<T> {
  /** The operation, for messages: `create`. */
  readonly what: string;
  readonly path: string;
  /** The path of another node that it changes. */
  readonly otherPath?: string;
  readonly send: (client: ZooKeeperClient) => Promise<T>;
  /** Creates missing parents, before the write is sent again; undefined if it needs none. */
  readonly makeParents: (() => Promise<void>) | undefined;
}

/** Another client may remove the parents that were just created. */
const maxAttempts = 5;

/**
 * A write, from the wait for its turn until our own watches have delivered it; it rejects with a registry error. One object and one
 * promise, since thousands may be queued.
 */
class Write<T> implements Request<ZooKeeperClient, T>, Operation {
  isQueued = false;
  readonly what: string;
  readonly path: string;
  readonly #host: WriteHost;
  readonly #otherPath: string | undefined;
  readonly #send: (client: ZooKeeperClient) => Promise<T>;
  readonly #makeParents: (() => Promise<void>) | undefined;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: Error) => void;
  #attempts = 1;
  #isOver = false;

  constructor(
    host: WriteHost,
    { what, path, otherPath, send, makeParents }: WriteOptions<T>,
    resolve: (value: T) => void,
    reject: (error: Error) => void,
  ) {
    this.what = what;
    this.path = path;
    this.#host = host;
    this.#otherPath = otherPath;
    this.#send = send;
    this.#makeParents = makeParents;
    this.#resolve = resolve;
    this.#reject = reject;
    host.deadlines.begin(this);
  }

  isPaused(since: number): boolean {
    return this.isQueued && this.#host.answeredSince(since);
  }

  /** Sends nothing if the write has already been rejected. */
  send(client: ZooKeeperClient): Promise<T> {
    if (this.#isOver) return Promise.reject(new ZooKeeperError(errorNumbers.operationTimeout));
    // However long it was queued, the servers have the full timeout to answer, unless they have fallen silent.
    if (this.isQueued && this.#host.isAnswering()) this.#host.deadlines.begin(this);
    return this.#send(client);
  }

  resolve(value: T): void {
    // The servers send a write's watch event before its answer, so the watchers have received it by now.
    const delivered = this.#delivered();
    if (delivered === undefined) {
      this.#succeed(value);
    } else {
      delivered.then(
        () => this.#succeed(value),
        (error) => this.#fail(error),
      );
    }
  }

  #delivered(): Promise<unknown> | undefined {
    const delivered = this.#host.delivered(this.path);
    const other = this.#otherPath === undefined ? undefined : this.#host.delivered(this.#otherPath);
    return delivered !== undefined && other !== undefined ? Promise.all([delivered, other]) : (delivered ?? other);
  }

  /** Parents nearly always exist, so they are created only after the servers report that they are missing. */
  reject(thrown: unknown): void {
    const makeParents = this.#makeParents;
    const isOrphan = !this.#isOver && makeParents !== undefined && isErrorNumber(thrown, errorNumbers.noNode);
    if (isOrphan && this.#attempts < maxAttempts) {
      makeParents().then(
        () => this.#resend(),
        (error) => this.#fail(error),
      );
    } else {
      this.#fail(thrown);
    }
  }

  #resend(): void {
    this.#attempts += 1;
    this.#host.enqueue(this);
  }

  giveUp(error: TimeoutError): void {
    this.#isOver = true;
    this.#reject(error);
  }

  #succeed(value: T): void {
    this.#end();
    this.#resolve(value);
  }

  #fail(thrown: unknown): void {
    this.#end();
    this.#reject(translateError(thrown, this.path));
  }

  #end(): void {
    this.#isOver = true;
    this.#host.deadlines.end(this);
  }
}

/** Writes; resolves to the answer of the servers. */
export function write<T>(host: WriteHost, options: WriteOptions<T>): Promise<T> {
  return new Promise((resolve, reject) => host.enqueue(new Write(host, options, resolve, reject)));
}
