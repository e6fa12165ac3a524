import type { Connection } from '../connection/connection.js';
import type { KeepAlive } from '../connection/keep-alive.js';
import { CallbackError, toRegistryError } from '../errors/background-errors.js';
import { StoppedError, TimeoutError } from '../errors/connection-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import { onAbort } from '../events/on-abort.js';
import type { NodeSnapshot, SnapshotCallback, SnapshotDetail } from '../node/node-snapshot.js';
import type { GetOptions, WatchOptions } from '../options/call-options.js';
import type { RegistrySettings } from '../options/registry-options.js';
import type { CancelTimer } from '../time/clock.js';
import { Deadlines } from '../time/deadlines.js';
import { CallbackSubscriber } from './callback-subscriber.js';
import type { Freshness } from './freshness.js';
import { servesSaved } from './serves-saved.js';

import { SnapshotStream } from './snapshot-stream.js';
import { unlessAborted } from './unless-aborted.js';
import { waitForEntry } from './wait-for-entry.js';
import type { WatchEntry } from './watch-entry.js';
import type { WatchStore } from './watch-store.js';

export interface ReaderHost {
  readonly settings: RegistrySettings;
  readonly connection: Connection;
  readonly keepAlive: KeepAlive;
  readonly watches: WatchStore;
  /** Starts what has not been started; rejects when that fails. */
  ready(): Promise<void>;
  /** Resolves when what an earlier process saw has been read, or cannot be. */
  remembered(): Promise<void>;
  fault(error: ServiceRegistryError): void;
}

/** A `get` that waits for the first node of its path. */
interface FirstWait {
  readonly entry: WatchEntry;
  /** It has waited long enough. */
  over(): void;
}

/** Everything that reads: all of it goes through the watched paths. */
export class RegistryReader {
  readonly #host: ReaderHost;
  readonly #streams = new Set<SnapshotStream>();
  readonly #deadlines: Deadlines<FirstWait>;

  constructor(host: ReaderHost) {
    this.#host = host;
    const { clock, requestTimeoutMs: ms } = host.settings;
    this.#deadlines = new Deadlines({
      clock,
      ms,
      over: (wait) => wait.over(),
      isPaused: ({ entry }, since) => entry.isPaused(since),
    });
  }

  async get(path: string, options: GetOptions): Promise<NodeSnapshot> {
    const { signal, waitMs = 0, children: detail = 'data', onTimeout = 'reject' } = options;
    const minChildren = options.minChildren ?? (waitMs > 0 ? 1 : 0);
    signal?.throwIfAborted();
    this.#refuseWhenStopped();
    const entry = this.#host.watches.open(path, detail);
    if (options.callback !== undefined) this.#addTo(entry, options.callback, detail);
    const isThere = (): boolean => this.#known(entry, detail) !== undefined;
    if (!isThere()) await unlessAborted(this.#connect(entry, isThere, waitMs), signal);
    if (waitMs > 0) await this.#waitForChildren(entry, minChildren, waitMs, options);
    if (!isThere() && this.#isConnected) await this.#waitForFirst(entry, isThere, signal);
    const snapshot = this.#known(entry, detail) ?? this.#instead(path);
    if (onTimeout === 'reject') checkChildren(snapshot, minChildren, waitMs);
    return snapshot;
  }

  peek(path: string): NodeSnapshot | undefined {
    return this.#host.watches.get(path)?.latest;
  }

  freshness(path: string): Freshness | undefined {
    return this.#host.watches.get(path)?.freshness();
  }

  addCallback(path: string, callback: SnapshotCallback, detail: SnapshotDetail): void {
    this.#refuseWhenStopped();
    this.#addTo(this.#host.watches.open(path, detail), callback, detail);
    this.#startInBackground();
  }

  removeCallback(path: string, callback: SnapshotCallback): boolean {
    return this.#host.watches.get(path)?.unsubscribe((one) => isFor(one, callback)) ?? false;
  }

  watch(path: string, options: WatchOptions): SnapshotStream {
    const { signal, children: detail = 'data' } = options;
    this.#refuseWhenStopped();
    if (signal?.aborted) return failedStream(detail, signal.reason);
    const entry = this.#host.watches.open(path, detail);
    const stream = new SnapshotStream(detail, () => {
      stopAbortion?.();
      this.#streams.delete(stream);
      entry.unsubscribe((one) => one === stream);
    });
    stream.onWait = (waits) => this.#host.keepAlive.set(stream, waits);
    const stopAbortion = signal && onAbort(signal, () => stream.fail(signal.reason));
    this.#streams.add(stream);
    entry.subscribe(stream);
    this.#host.ready().catch((error) => stream.fail(error));
    return stream;
  }

  unwatch(path: string): void {
    this.#host.watches.remove(path);
  }

  /** Every `for await` loop comes to its end. */
  endStreams(): void {
    for (const stream of [...this.#streams]) stream.close();
  }

  get #isConnected(): boolean {
    return this.#host.connection.phase === 'connected';
  }

  #refuseWhenStopped(): void {
    if (this.#host.connection.phase === 'stopped') throw new StoppedError();
  }

  /** What may be answered: not what an earlier process saw while the truth is about to come. */
  #known(entry: WatchEntry, detail: SnapshotDetail): NodeSnapshot | undefined {
    const { connection, settings } = this.#host;
    if (entry.isSeeded && !servesSaved(connection.phase, settings.lazy)) return undefined;
    return entry.snapshot(detail);
  }

  /** Starts what is not started. With a wait of its own a call goes on without a connection; it may still come. */
  async #connect(entry: WatchEntry, isThere: () => boolean, waitMs: number): Promise<void> {
    const ready = this.#host.ready();
    if (await this.#isThereBefore(ready, entry, isThere)) {
      ready.catch((error) => this.#reportUnlessStopped(error));
      return;
    }
    await ready;
    if (this.#isConnected) return;
    await this.#host.remembered();
    if (waitMs > 0 || isThere() || this.#host.settings.offline === 'defer') return;
    throw this.#host.connection.noConnection(entry.path);
  }

  /** Whether there is an answer before `ready` settles: the cache file is quicker than a server that does not answer. */
  async #isThereBefore(ready: Promise<void>, entry: WatchEntry, isThere: () => boolean): Promise<boolean> {
    let stopListening: (() => void) | undefined;
    const there = new Promise<void>((resolve) => {
      stopListening = entry.listen(() => isThere() && resolve());
    });
    await Promise.race([ready, there]).finally(() => stopListening?.());
    return isThere();
  }

  async #waitForChildren(
    entry: WatchEntry,
    minChildren: number,
    waitMs: number,
    { signal, children: detail = 'data' }: GetOptions,
  ): Promise<void> {
    const hasEnough = (): boolean => {
      const snapshot = entry.isSeeded ? undefined : entry.snapshot(detail);
      return snapshot !== undefined && Object.keys(snapshot.children).length >= minChildren;
    };
    const { clock } = this.#host.settings;
    const limit = (over: () => void): CancelTimer => clock.timer(waitMs, over);
    await waitForEntry(entry, hasEnough, { limit, signal, failOnFault: false });
  }

  async #waitForFirst(entry: WatchEntry, isThere: () => boolean, signal: AbortSignal | undefined): Promise<void> {
    const limit = (over: () => void): CancelTimer => this.#limitFirst(entry, over);
    if (await waitForEntry(entry, isThere, { limit, signal, failOnFault: true })) return;
    if (!this.#isConnected) throw this.#host.connection.noConnection(entry.path);
    throw new TimeoutError(`No answer to get ${entry.path} within ${this.#deadlines.ms} ms`, { path: entry.path });
  }

  #limitFirst(entry: WatchEntry, over: () => void): CancelTimer {
    const wait = { entry, over };
    this.#deadlines.begin(wait);
    return () => void this.#deadlines.end(wait);
  }

  /** Never seen, and nobody there to ask. */
  #instead(path: string): NodeSnapshot {
    if (this.#host.settings.offline === 'throw') throw this.#host.connection.noConnection(path);
    return Object.freeze({ path, data: null, children: Object.freeze(Object.create(null)), stat: null });
  }

  #addTo(entry: WatchEntry, callback: SnapshotCallback, detail: SnapshotDetail): void {
    for (const one of entry.subscribers) if (isFor(one, callback)) return;
    const { path } = entry;
    const report = (cause: unknown): void =>
      this.#host.fault(new CallbackError(`A callback for ${path} failed`, { path, cause }));
    entry.subscribe(new CallbackSubscriber(callback, detail, report));
  }

  #reportUnlessStopped(error: unknown): void {
    if (!(error instanceof StoppedError)) this.#host.fault(toRegistryError(error));
  }

  #startInBackground(): void {
    this.#host.ready().catch((error) => this.#host.fault(toRegistryError(error)));
  }
}

/** @throws {TimeoutError} there are fewer */
function checkChildren({ path, children }: NodeSnapshot, minChildren: number, waitMs: number): void {
  const count = minChildren === 0 ? 0 : Object.keys(children).length;
  if (count >= minChildren) return;
  throw new TimeoutError(`get ${path}: ${count} of at least ${minChildren} children within ${waitMs} ms`, { path });
}

function failedStream(detail: SnapshotDetail, reason: unknown): SnapshotStream {
  const stream = new SnapshotStream(detail, () => undefined);
  stream.fail(reason);
  return stream;
}

function isFor(subscriber: object, callback: SnapshotCallback): boolean {
  return subscriber instanceof CallbackSubscriber && subscriber.callback === callback;
}
