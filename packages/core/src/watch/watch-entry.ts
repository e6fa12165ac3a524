import type { RawNode } from '../backend/raw-node.js';
import type { BackendWatch, RegistryBackend, WatchObserver } from '../backend/registry-backend.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import { BackendError } from '../errors/background-errors.js';
import { StoppedError } from '../errors/connection-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { NodeSnapshot, SnapshotDetail } from '../node/node-snapshot.js';
import type { Clock } from '../time/clock.js';
import type { DecodedNode } from './decoded-node.js';
import type { EmptyGuard } from './empty-guard.js';
import type { Freshness } from './freshness.js';
import { type DeliveredNode, ShownNode } from './shown-node.js';

/** Receives what an entry shows, in that detail: what is known, then each change. */
export interface Subscriber {
  readonly detail: SnapshotDetail;
  receive(node: DecodedNode): void;
  /** The entry was closed; nothing more will come. */
  close(): void;
}

/** The parts of a registry that an entry needs. */
export interface EntryHost {
  readonly clock: Clock;
  /** Receives the reason when the path cannot be read. */
  onFault(error: ServiceRegistryError): void;
  readonly guard?: EmptyGuard | undefined;
}

/** Called after everything that reaches an entry: a new node, or the reason why it cannot be read. */
export type EntryListener = (fault: ServiceRegistryError | undefined) => void;

/** Saves the nodes of entries beyond the life of this process. */
export interface EntryPersister {
  /** `entry` was opened, or opened once more, in `entry.detail`: the saved node may be handed to `entry.seed`. */
  onOpened(entry: WatchEntry): void;
  /** `entry` shows a node that the backend delivered. */
  onUpdated(entry: WatchEntry): void;
}

/**
 * One watched path: its only watch at the backend, its shown node, and its subscribers.
 * It watches the children's data once a subscriber has asked for it; subscribers to names keep receiving names.
 */
export class WatchEntry implements WatchObserver {
  readonly path: string;
  readonly #clock: Clock;
  readonly #onFault: (error: ServiceRegistryError) => void;
  readonly #persister: EntryPersister | undefined;
  readonly #shown: ShownNode;
  #subscribers: Subscriber[] = [];
  /** Undefined without listeners, which is nearly always: there are many entries. */
  #listeners: Set<EntryListener> | undefined;
  #detail: SnapshotDetail;
  #backend: RegistryBackend | undefined;
  #watch: BackendWatch | undefined;
  /** Why the path cannot be read; undefined again after the next node. */
  #readError: ServiceRegistryError | undefined;
  #closeError: StoppedError | undefined;
  #deliveries = 0;

  constructor(path: string, detail: SnapshotDetail, host: EntryHost, persister?: EntryPersister) {
    this.path = path;
    this.#detail = detail;
    this.#clock = host.clock;
    this.#onFault = host.onFault;
    this.#persister = persister;
    this.#shown = new ShownNode(path, host.clock, host.guard);
  }

  get backend(): RegistryBackend | undefined {
    return this.#backend;
  }

  /** How much of the children is watched. */
  get detail(): SnapshotDetail {
    return this.#detail;
  }

  /** The last node that the backend delivered; undefined before the first. */
  get delivered(): DeliveredNode | undefined {
    return this.wasLive ? this.#shown.delivered : undefined;
  }

  /** The number of nodes that the backend has delivered. */
  get deliveries(): number {
    return this.#deliveries;
  }

  /** True if the backend guarantees that its last delivery is current. */
  get isLive(): boolean {
    return this.#shown.isLive;
  }

  /** True if the pending read waits in the backend's queue, and has moved forward in it since `since`. */
  isPaused(since: number): boolean {
    return this.#watch?.isPaused?.(since) ?? false;
  }

  /** True if any backend has ever delivered a node. */
  get wasLive(): boolean {
    return this.#deliveries > 0;
  }

  /** True if the shown node comes from the cache file because nothing newer is known. */
  get isFromCacheFile(): boolean {
    return this.#shown.isFromCacheFile;
  }

  get readError(): ServiceRegistryError | undefined {
    return this.#readError;
  }

  /** Starts the watch at `backend`. */
  attach(backend: RegistryBackend): void {
    this.#backend = backend;
    this.#startWatch();
  }

  /** Ends the watch at the backend; the last snapshot and the subscribers stay. */
  detach(): void {
    this.markStale(this.#quietMs);
    this.#watch?.dispose();
    this.#watch = undefined;
    this.#backend = undefined;
  }

  /** Makes sure that at least this much is watched. */
  ensureDetail(detail: SnapshotDetail): void {
    if (detail === this.#detail || this.#detail === 'data') return;
    this.#detail = detail;
    // The old children are known by name only, so they cannot be shown in the new detail.
    this.#releaseHold();
    this.#startWatch();
  }

  /** Starts a new watch, which reads the node and delivers it. */
  rewatch(): void {
    this.#startWatch();
  }

  /** The last known snapshot in that detail; undefined when nothing is known, or nothing in that detail. */
  snapshot(detail: SnapshotDetail): NodeSnapshot | undefined {
    return this.#shown.node(detail)?.snapshot;
  }

  /** The most detailed snapshot that is known. */
  get latest(): NodeSnapshot | undefined {
    return this.#shown.latest;
  }

  /** `subscriber` receives the current snapshot, if there is one, before this returns. */
  subscribe(subscriber: Subscriber): void {
    this.#subscribers.push(subscriber);
    this.#notify(subscriber);
  }

  /** Removes the matching subscribers; false when there was none. A callback that is running finishes; it does not start again. */
  unsubscribe(matches: (subscriber: Subscriber) => boolean): boolean {
    const removed = this.#subscribers.filter(matches);
    this.#subscribers = this.#subscribers.filter((subscriber) => !removed.includes(subscriber));
    for (const subscriber of removed) subscriber.close();
    return removed.length > 0;
  }

  get subscribers(): readonly Subscriber[] {
    return [...this.#subscribers];
  }

  /** Returns a function that removes the listener. */
  listen(listener: EntryListener): () => void {
    const listeners = this.#listeners ?? new Set();
    this.#listeners = listeners;
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners === listeners) this.#listeners = undefined;
    };
  }

  node(raw: RawNode): void {
    this.#readError = undefined;
    const isHeld = this.#shown.mustHold(raw);
    if (isHeld) this.#shown.hold(raw, () => this.#releaseHold());
    else if (!this.#update(raw)) return;
    this.#deliveries += 1;
    if (!isHeld) this.#publish();
    this.#notifyListeners(undefined);
  }

  /** Shows a node from the cache file until the backend delivers; equal parts of the two are then shared. */
  seed(raw: RawNode, detail: SnapshotDetail, asOf: Date): void {
    if (this.wasLive) return;
    this.#shown.seed(raw, detail, asOf);
    this.#notifySubscribers();
    this.#notifyListeners(undefined);
  }

  /** A child that cannot be read is shown without data; the rest of the node stays as it was. */
  fault(error: ServiceRegistryError): void {
    if (error.path === undefined || error.path === this.path) {
      this.markStale(0);
      this.#readError = error;
    }
    this.#onFault(error);
    this.#notifyListeners(error);
  }

  /** Why the path may not be read, until the next node: a backend need not report every failed attempt. */
  get accessError(): NotAuthorizedError | undefined {
    return this.#readError instanceof NotAuthorizedError ? this.#readError : undefined;
  }

  /** Set once the entry is closed and nothing more will come. */
  get closeError(): StoppedError | undefined {
    return this.#closeError;
  }

  /** The connection no longer guarantees that the snapshot is current, and has not for `quietMs`. */
  markStale(quietMs: number): void {
    this.#shown.markStale(new Date(this.#clock.date().getTime() - quietMs));
  }

  freshness(): Freshness {
    return this.#shown.freshness(this.#quietMs);
  }

  /** Ends every wait for this path with `error`. A node that is held back becomes the shown one; no subscriber is called. */
  stop(error = new StoppedError()): void {
    this.#shown.releaseHold(this.#detail);
    this.#notifyListeners(error);
  }

  /** Ends the watch, every wait and every subscription. */
  close(): void {
    this.detach();
    this.#closeError = new StoppedError(`unwatch() ended the watch of ${this.path}`, { path: this.path });
    this.stop(this.#closeError);
    for (const subscriber of this.subscribers) subscriber.close();
    this.#subscribers = [];
  }

  /** Milliseconds since the last message from the servers: the age of a live snapshot. */
  get #quietMs(): number {
    return this.#backend?.quietMs ?? 0;
  }

  /** Shows a delivery; false if it is not a node as the port describes it. */
  #update(raw: RawNode): boolean {
    try {
      this.#shown.update(raw, this.#detail, 'now');
      return true;
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      const { path } = this;
      const name = this.#backend?.name;
      this.fault(
        new BackendError(
          `The backend ${name} delivered ${path} in a form that this version does not know: ${error.message}`,
          { path },
        ),
      );
      return false;
    }
  }

  #startWatch(): void {
    this.#readError = undefined;
    this.#shown.onNewWatch();
    this.#watch?.dispose();
    this.#watch = this.#backend?.watch(this.path, { children: this.#detail }, this);
  }

  #releaseHold(): void {
    if (!this.#shown.releaseHold(this.#detail)) return;
    this.#publish();
    this.#notifyListeners(undefined);
  }

  #publish(): void {
    this.#persister?.onUpdated(this);
    this.#notifySubscribers();
  }

  #notifySubscribers(): void {
    for (const subscriber of this.subscribers) this.#notify(subscriber);
  }

  #notify(subscriber: Subscriber): void {
    const node = this.#shown.node(subscriber.detail);
    if (node !== undefined) subscriber.receive(node);
  }

  #notifyListeners(fault: ServiceRegistryError | undefined): void {
    for (const listener of [...(this.#listeners ?? [])]) listener(fault);
  }
}
