import type { Operation, OperationDeadlines, TimeoutError } from '@ndsr/core/backend';
import type { ZooKeeperClient } from './client/zookeeper-client.js';
import { errorNumbers, ZooKeeperError } from './client/zookeeper-error.js';
import { isErrorNumber, translateError } from './errors/error-table.js';
import type { Request } from './session/request-window.js';

/** What a write needs of the backend around it. */
export interface WriteHost {
  readonly deadlines: OperationDeadlines;
  /** Has it sent when it is its turn. */
  ask(write: Request<ZooKeeperClient>): void;
  /** Whether the servers have answered something since then. */
  answeredSince(time: number): boolean;
  /** Whether the servers answer. */
  isMoving(): boolean;
  /** Settles when our own watches show what has become of `path`; undefined when they do already. */
  shown(path: string): Promise<unknown> | undefined;
}

export interface WriteOptions<T> {
  /** For messages: `create`. */
  readonly what: string;
  readonly path: string;
  readonly send: (client: ZooKeeperClient) => Promise<T>;
  /** Makes the parents where there are none, before it is sent again; undefined for what needs none. */
  readonly makeParents: (() => Promise<void>) | undefined;
}

/** Somebody may remove the parents that were just made. */
const mostAttempts = 5;

/**
 * A write, from the wait for its turn until our own watches show it, its failure in the registry's words: one object and one
 * promise, for thousands may wait together.
 */
class Write<T> implements Request<ZooKeeperClient, T>, Operation {
  isQueued = false;
  readonly what: string;
  readonly path: string;
  readonly #host: WriteHost;
  readonly #send: (client: ZooKeeperClient) => Promise<T>;
  readonly #makeParents: (() => Promise<void>) | undefined;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: Error) => void;
  #attempts = 1;
  #isOver = false;

  constructor(
    host: WriteHost,
    { what, path, send, makeParents }: WriteOptions<T>,
    resolve: (value: T) => void,
    reject: (error: Error) => void,
  ) {
    this.what = what;
    this.path = path;
    this.#host = host;
    this.#send = send;
    this.#makeParents = makeParents;
    this.#resolve = resolve;
    this.#reject = reject;
    host.deadlines.begin(this);
  }

  isPaused(since: number): boolean {
    return this.isQueued && this.#host.answeredSince(since);
  }

  /** Its author has been told already that it failed: then it is not sent any more. */
  send(client: ZooKeeperClient): Promise<T> {
    if (this.#isOver) return Promise.reject(new ZooKeeperError(errorNumbers.operationTimeout));
    // However long it has waited, the servers have the whole time to answer, unless they have fallen silent.
    if (this.isQueued && this.#host.isMoving()) this.#host.deadlines.begin(this);
    return this.#send(client);
  }

  resolve(value: T): void {
    // The servers send a write's watch event before its answer, so whoever is concerned has heard of it by now.
    const shown = this.#host.shown(this.path);
    if (shown === undefined) {
      this.#succeed(value);
    } else {
      shown.then(
        () => this.#succeed(value),
        (error) => this.#fail(error),
      );
    }
  }

  /** Nearly always the parents are there, so they are made where the servers say that they are not. */
  reject(thrown: unknown): void {
    const makeParents = this.#makeParents;
    const isOrphan = !this.#isOver && makeParents !== undefined && isErrorNumber(thrown, errorNumbers.noNode);
    if (isOrphan && this.#attempts < mostAttempts) {
      makeParents().then(
        () => this.#again(),
        (error) => this.#fail(error),
      );
    } else {
      this.#fail(thrown);
    }
  }

  #again(): void {
    this.#attempts += 1;
    this.#host.ask(this);
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

/** Writes; resolves with what the servers answer. */
export function write<T>(host: WriteHost, options: WriteOptions<T>): Promise<T> {
  return new Promise((resolve, reject) => host.ask(new Write(host, options, resolve, reject)));
}
