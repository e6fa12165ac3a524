import type { Connection } from '../connection/connection.js';
import type { KeepAlive } from '../connection/keep-alive.js';
import { CallbackError, toRegistryError } from '../errors/background-errors.js';
import { StoppedError, TimeoutError } from '../errors/connection-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import { onAbort } from '../events/on-abort.js';
import type { NodeUpdate, SnapshotCallback } from '../node/node-changes.js';
import type { NodeSnapshot, SnapshotDetail } from '../node/node-snapshot.js';
import type { GetOptions, WatchChangesOptions, WatchOptions } from '../options/call-options.js';
import type { RegistrySettings } from '../options/registry-options.js';
import type { CancelTimer } from '../time/clock.js';
import { Deadlines } from '../time/deadlines.js';
import { CallbackSubscriber } from './callback-subscriber.js';
import { changesBetween } from './changes-between.js';
import { createSnapshot, sharedChildrenOf } from './create-snapshot.js';
import type { DecodedNode } from './decoded-node.js';
import type { Freshness } from './freshness.js';
import { mayServeCacheFile } from './may-serve-cache-file.js';
import { noChildren } from './shared-children.js';
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
  /** Starts the registry if needed; rejects when that fails. */
  ready(): Promise<void>;
  /** Resolves once the cache file has been read, or cannot be. */
  cacheFileLoaded(): Promise<void>;
  fault(error: ServiceRegistryError): void;
}

/** A `get` that waits for the first node of its path. */
interface PendingGet {
  readonly entry: WatchEntry;
  onTimeout(): void;
}

/** Implements the registry's reading methods. All of them go through the watched paths. */
export class RegistryReader {
  readonly #host: ReaderHost;
  readonly #streams = new Set<SnapshotStream<unknown>>();
  readonly #deadlines: Deadlines<PendingGet>;

  constructor(host: ReaderHost) {
    this.#host = host;
    const { clock, requestTimeoutMs: ms } = host.settings;
    this.#deadlines = new Deadlines({
      clock,
      ms,
      over: (wait) => wait.onTimeout(),
      isPaused: ({ entry }, since) => entry.isPaused(since),
    });
  }

  async get(path: string, options: GetOptions): Promise<NodeSnapshot> {
    const { signal, waitMs = 0, children: detail = 'data', onTimeout = 'reject' } = options;
    const minChildren = options.minChildren ?? (waitMs > 0 ? 1 : 0);
    signal?.throwIfAborted();
    this.#assertNotStopped();
    const entry = this.#host.watches.open(path, detail);
    if (options.callback !== undefined) this.#subscribe(entry, options.callback, detail);
    const isAnswerable = (): boolean => this.#answerFrom(entry, detail) !== undefined;
    if (!isAnswerable()) await unlessAborted(this.#connect(entry, isAnswerable, waitMs), signal);
    if (waitMs > 0) await this.#waitForChildren(entry, minChildren, waitMs, options);
    if (!isAnswerable() && this.#isConnected) await this.#waitForFirstRead(entry, isAnswerable, signal);
    const snapshot = this.#answerFrom(entry, detail) ?? this.#offlineAnswer(path);
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
    this.#assertNotStopped();
    this.#subscribe(this.#host.watches.open(path, detail), callback, detail);
    this.#startInBackground();
  }

  removeCallback(path: string, callback: SnapshotCallback): boolean {
    return this.#host.watches.get(path)?.unsubscribe((one) => isSubscriberOf(one, callback)) ?? false;
  }

  watch(path: string, options: WatchOptions | WatchChangesOptions): SnapshotStream<NodeSnapshot | NodeUpdate> {
    const { signal, children: detail = 'data' } = options;
    const select = options.changes ? updateFrom : snapshotFrom;
    this.#assertNotStopped();
    if (signal?.aborted) return failedStream(detail, signal.reason);
    const entry = this.#host.watches.open(path, detail);
    const stream = new SnapshotStream<NodeSnapshot | NodeUpdate>(detail, select, () => {
      stopListening?.();
      this.#streams.delete(stream);
      entry.unsubscribe((one) => one === stream);
    });
    stream.onWaitingChange = (waits) => this.#host.keepAlive.set(stream, waits);
    const stopListening = signal && onAbort(signal, () => stream.fail(signal.reason));
    this.#streams.add(stream);
    entry.subscribe(stream);
    this.#host.ready().catch((error) => stream.fail(error));
    return stream;
  }

  unwatch(path: string): void {
    this.#host.watches.remove(path);
  }

  /** Ends every `for await` loop. */
  endStreams(): void {
    for (const stream of [...this.#streams]) stream.close();
  }

  get #isConnected(): boolean {
    return this.#host.connection.phase === 'connected';
  }

  #assertNotStopped(): void {
    if (this.#host.connection.phase === 'stopped') throw new StoppedError();
  }

  /** The snapshot that may be returned: not one from the cache file while the servers are about to answer. */
  #answerFrom(entry: WatchEntry, detail: SnapshotDetail): NodeSnapshot | undefined {
    const { connection, settings } = this.#host;
    if (entry.isFromCacheFile && !mayServeCacheFile(connection.phase, settings.lazy)) return undefined;
    return entry.snapshot(detail);
  }

  /** Starts the registry if needed. A call with `waitMs` continues without a connection, which may still come. */
  async #connect(entry: WatchEntry, isAnswerable: () => boolean, waitMs: number): Promise<void> {
    const ready = this.#host.ready();
    if (await this.#isAnswerableBefore(ready, entry, isAnswerable)) {
      ready.catch((error) => this.#reportUnlessStopped(error));
      return;
    }
    await ready;
    if (this.#isConnected) return;
    await this.#host.cacheFileLoaded();
    if (waitMs > 0 || isAnswerable() || this.#host.settings.offline === 'defer') return;
    throw this.#host.connection.noConnection(entry.path);
  }

  /** True if there is an answer before `ready` settles: the cache file is faster than a server that does not answer. */
  async #isAnswerableBefore(ready: Promise<void>, entry: WatchEntry, isAnswerable: () => boolean): Promise<boolean> {
    let stopListening: (() => void) | undefined;
    const answerable = new Promise<void>((resolve) => {
      stopListening = entry.listen(() => isAnswerable() && resolve());
    });
    await Promise.race([ready, answerable]).finally(() => stopListening?.());
    return isAnswerable();
  }

  async #waitForChildren(
    entry: WatchEntry,
    minChildren: number,
    waitMs: number,
    { signal, children: detail = 'data' }: GetOptions,
  ): Promise<void> {
    const hasEnough = (): boolean => {
      const snapshot = entry.isFromCacheFile ? undefined : entry.snapshot(detail);
      return snapshot !== undefined && sharedChildrenOf(snapshot).size >= minChildren;
    };
    const { clock } = this.#host.settings;
    const startTimer = (onTimeout: () => void): CancelTimer => clock.timer(waitMs, onTimeout);
    await waitForEntry(entry, hasEnough, { startTimer, signal, failOnFault: false });
  }

  async #waitForFirstRead(
    entry: WatchEntry,
    isAnswerable: () => boolean,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const startTimer = (onTimeout: () => void): CancelTimer => this.#startGetTimer(entry, onTimeout);
    if (await waitForEntry(entry, isAnswerable, { startTimer, signal, failOnFault: true })) return;
    if (!this.#isConnected) throw this.#host.connection.noConnection(entry.path);
    throw new TimeoutError(`No answer to get ${entry.path} within ${this.#deadlines.ms} ms`, { path: entry.path });
  }

  #startGetTimer(entry: WatchEntry, onTimeout: () => void): CancelTimer {
    const pendingGet = { entry, onTimeout };
    this.#deadlines.begin(pendingGet);
    return () => void this.#deadlines.end(pendingGet);
  }

  /** The answer for a path that was never read, without a connection. */
  #offlineAnswer(path: string): NodeSnapshot {
    if (this.#host.settings.offline === 'throw') throw this.#host.connection.noConnection(path);
    return createSnapshot(path, null, noChildren, null);
  }

  #subscribe(entry: WatchEntry, callback: SnapshotCallback, detail: SnapshotDetail): void {
    for (const one of entry.subscribers) if (isSubscriberOf(one, callback)) return;
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

/** @throws {TimeoutError} the node has fewer children */
function checkChildren(snapshot: NodeSnapshot, minChildren: number, waitMs: number): void {
  const { path } = snapshot;
  const count = sharedChildrenOf(snapshot).size;
  if (count >= minChildren) return;
  throw new TimeoutError(`get ${path}: ${count} of at least ${minChildren} children within ${waitMs} ms`, { path });
}

function snapshotFrom(_: DecodedNode | undefined, { snapshot }: DecodedNode): NodeSnapshot {
  return snapshot;
}

function updateFrom(last: DecodedNode | undefined, next: DecodedNode): NodeUpdate {
  return Object.freeze({ snapshot: next.snapshot, changes: changesBetween(last, next) });
}

function failedStream(detail: SnapshotDetail, reason: unknown): SnapshotStream<never> {
  const stream = new SnapshotStream<never>(
    detail,
    (): never => {
      throw new Error('unreachable');
    },
    () => undefined,
  );
  stream.fail(reason);
  return stream;
}

function isSubscriberOf(subscriber: object, callback: SnapshotCallback): boolean {
  return subscriber instanceof CallbackSubscriber && subscriber.callback === callback;
}
