import type { CancelTimer, ChildDetail, Clock, WatchObserver } from '@ndsr/core/backend';
import { NoConnectionError } from '@ndsr/core/backend';
import type { WatchEvent } from '../client/zookeeper-client.js';
import { type Failure, NodeReader, type ReaderPort } from './node-reader.js';
import { NodeView } from './node-view.js';

export interface WatcherPort extends ReaderPort {
  readonly clock: Clock;
  readonly isConnected: boolean;
}

interface Waiter {
  readonly upTo: number;
  resolve(): void;
}

const shortestRetryMs = 1_000;
const longestRetryMs = 30_000;

/**
 * Follows one node with one-shot watches. Level-triggered: an event only says what to read again, each read arms its
 * watch anew, and what was missed while there was no connection is found by reading. One refresh at a time, as many
 * rounds as it takes.
 */
export class NodeWatcher {
  readonly path: string;
  readonly #port: WatcherPort;
  readonly #observer: WatchObserver;
  readonly #view: NodeView;
  readonly #reader: NodeReader;
  #refreshing = false;
  #disposed = false;
  #cancelRetry: CancelTimer | undefined;
  #failures = 0;
  #reported: string | undefined;
  /** How many events have been heard, and how many of those are in what was delivered last. */
  #heard = 0;
  #delivered = 0;
  #waiters: Waiter[] = [];

  constructor(path: string, detail: ChildDetail, port: WatcherPort, observer: WatchObserver) {
    this.path = path;
    this.#port = port;
    this.#observer = observer;
    this.#view = new NodeView(path, detail);
    this.#reader = new NodeReader(port, path, true);
  }

  /** The children that are watched too. */
  get childNames(): Iterable<string> {
    return this.#view.names;
  }

  /** Something happened to the node itself. */
  ownEvent(kind: WatchEvent['kind']): void {
    if (kind !== 'children') this.#view.expireSelf();
    if (kind !== 'changed') this.#view.expireNames();
    this.#heardOf();
  }

  /** Something happened to the child of that name. */
  childEvent(name: string, kind: WatchEvent['kind']): void {
    if (kind === 'changed') this.#view.expireChild(name);
    else if (kind === 'deleted') this.#view.dropChild(name);
    else return;
    this.#heardOf();
  }

  /** There is a connection. `fresh`: in another session, which knows of no watch. */
  connected(fresh: boolean): void {
    // A retry was waiting for what could not be read: that has no watch that could have been armed again.
    if (fresh || this.#cancelRetry !== undefined) this.#view.expireAll();
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#failures = 0;
    if (this.#view.isStale || this.#view.last === undefined) this.#refresh();
    // Every watch is armed and nothing was missed: what was delivered last is the truth of this moment.
    else this.#observer.node(this.#view.last);
  }

  /** Resolves when all that has been heard so far is delivered, or cannot be at the moment. */
  caughtUp(): Promise<void> {
    if (this.#delivered >= this.#heard || !this.#refreshing) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ upTo: this.#heard, resolve }));
  }

  dispose(): void {
    this.#disposed = true;
    this.#cancelRetry?.();
    this.#release(Number.POSITIVE_INFINITY);
  }

  #heardOf(): void {
    this.#heard += 1;
    this.#refresh();
  }

  #refresh(): void {
    if (this.#refreshing || this.#disposed || !this.#port.isConnected) return;
    this.#refreshing = true;
    void this.#readUntilFresh().finally(() => {
      this.#refreshing = false;
      this.#release(Number.POSITIVE_INFINITY);
      // Heard between the last round and this moment, or after a reconnect that came while the last round failed.
      if (this.#view.isStale) this.#refresh();
    });
  }

  async #readUntilFresh(): Promise<void> {
    while (this.#view.isStale && !this.#disposed) {
      const heard = this.#heard;
      const failures = await this.#reader.round(this.#view);
      if (this.#disposed) return;
      const node = this.#view.whole();
      if (node !== undefined) {
        this.#observer.node(node);
        this.#delivered = heard;
        this.#release(heard);
      }
      if (failures.length > 0) return this.#fail(failures);
      this.#failures = 0;
      this.#reported = undefined;
    }
  }

  #fail(failures: readonly Failure[]): void {
    const unreadable = failures.filter(({ error }) => !(error instanceof NoConnectionError));
    const first = unreadable[0]?.error;
    // Only without a connection; the next one starts a refresh.
    if (first === undefined) return;
    const what = `${first.code} ${first.path}`;
    if (what !== this.#reported) this.#observer.fault(first);
    this.#reported = what;
    const pauseMs = Math.min(longestRetryMs, shortestRetryMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#cancelRetry = this.#port.clock.backgroundTimer(pauseMs, () => this.#retry(unreadable));
  }

  #retry(failures: readonly Failure[]): void {
    this.#cancelRetry = undefined;
    for (const { look } of failures) this.#view.putBack(look);
    this.#refresh();
  }

  #release(upTo: number): void {
    const ready = this.#waiters.filter((waiter) => waiter.upTo <= upTo);
    this.#waiters = this.#waiters.filter((waiter) => waiter.upTo > upTo);
    for (const { resolve } of ready) resolve();
  }
}
