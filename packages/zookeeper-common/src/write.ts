import type { ZooKeeperClient } from './client/zookeeper-client.js';
import { errorNumbers } from './client/zookeeper-error.js';
import { isErrorNumber, translateError } from './errors/error-table.js';
import type { Request } from './session/request-window.js';

/** What a write needs of the backend around it. */
export interface WriteHost {
  /** Has it sent when it is its turn. */
  ask(write: Request<ZooKeeperClient>): void;
  /** Settles when our own watches show what has become of `path`; undefined when they do already. */
  shown(path: string): Promise<unknown> | undefined;
}

export interface WriteOptions<T> {
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
class Write<T> implements Request<ZooKeeperClient, T> {
  looksWithoutAnswer = 0;
  readonly send: (client: ZooKeeperClient) => Promise<T>;
  readonly #host: WriteHost;
  readonly #path: string;
  readonly #makeParents: (() => Promise<void>) | undefined;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: Error) => void;
  #attempts = 1;

  constructor(
    host: WriteHost,
    { path, send, makeParents }: WriteOptions<T>,
    resolve: (value: T) => void,
    reject: (error: Error) => void,
  ) {
    this.send = send;
    this.#host = host;
    this.#path = path;
    this.#makeParents = makeParents;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  resolve(value: T): void {
    // The servers send a write's watch event before its answer, so whoever is concerned has heard of it by now.
    const shown = this.#host.shown(this.#path);
    if (shown === undefined) this.#resolve(value);
    else shown.then(() => this.#resolve(value), this.#reject);
  }

  /** Nearly always the parents are there, so they are made where the servers say that they are not. */
  reject(thrown: unknown): void {
    const makeParents = this.#makeParents;
    const isOrphan = makeParents !== undefined && isErrorNumber(thrown, errorNumbers.noNode);
    if (isOrphan && this.#attempts < mostAttempts)
      makeParents().then(
        () => this.#again(),
        (error) => this.#fail(error),
      );
    else this.#fail(thrown);
  }

  #again(): void {
    this.#attempts += 1;
    this.looksWithoutAnswer = 0;
    this.#host.ask(this);
  }

  #fail(thrown: unknown): void {
    this.#reject(translateError(thrown, this.#path));
  }
}

/** Writes; resolves with what the servers answer. */
export function write<T>(host: WriteHost, options: WriteOptions<T>): Promise<T> {
  return new Promise((resolve, reject) => host.ask(new Write(host, options, resolve, reject)));
}
