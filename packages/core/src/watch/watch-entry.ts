import type { RawNode } from '../backend/raw-node.js';
import type { BackendWatch, RegistryBackend, WatchObserver } from '../backend/registry-backend.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import { StoppedError } from '../errors/connection-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { NodeSnapshot, SnapshotDetail } from '../node/node-snapshot.js';
import type { Clock } from '../time/clock.js';
import { type EmptyGuard, EmptyHold } from './empty-guard.js';
import type { Freshness } from './freshness.js';
import { type LastVerified, ShownNode } from './shown-node.js';

/** Somebody who hears of an entry's snapshots. */
export interface Subscriber {
  readonly detail: SnapshotDetail;
  receive(snapshot: NodeSnapshot): void;
  /** The entry is let go of; nothing more will come. */
  close(): void;
}

/** What an entry needs of the registry around it. */
export interface EntryHost {
  readonly clock: Clock;
  /** Hears why the path cannot be read. */
  onFault(error: ServiceRegistryError): void;
  readonly guard?: EmptyGuard | undefined;
}

/** Told of everything that reaches an entry: a new node, or the reason why it cannot be read. */
export type EntryListener = (fault: ServiceRegistryError | undefined) => void;

/** Remembers what entries see, beyond the life of this process. */
export interface EntryPersister {
  /** Somebody wants `entry` from now on, in `entry.detail`: it may be given what is remembered, by `seed`. */
  onOpened(entry: WatchEntry): void;
  /** The backend delivered the node of `entry`. */
  onUpdated(entry: WatchEntry): void;
}

/**
 * One watched path: the one watch at the backend, the last snapshot, where it came from, and who hears of it.
 * It watches the children's data once somebody has asked for them; those who asked for names go on seeing names.
 */
export class WatchEntry implements WatchObserver {
  readonly path: string;
  readonly #clock: Clock;
  readonly #onFault: (error: ServiceRegistryError) => void;
  readonly #guard: EmptyGuard | undefined;
  readonly #persister: EntryPersister | undefined;
  readonly #shown: ShownNode;
  #subscribers: Subscriber[] = [];
  /** Undefined while nobody waits, as nearly always: there are many entries. */
  #listeners: Set<EntryListener> | undefined;
  #detail: SnapshotDetail;
  #backend: RegistryBackend | undefined;
  #watch: BackendWatch | undefined;
  /** Why the path cannot be read, from then until a node comes. */
  #readError: ServiceRegistryError | undefined;
  #closeError: StoppedError | undefined;
  /** What the backend told last, whatever is shown. */
  #delivered: RawNode | undefined;
  #deliveries = 0;
  #hold: EmptyHold | undefined;

  constructor(path: string, detail: SnapshotDetail, host: EntryHost, keeper?: EntryPersister) {
    this.path = path;
    this.#detail = detail;
    this.#clock = host.clock;
    this.#onFault = host.onFault;
    this.#guard = host.guard;
    this.#persister = keeper;
    this.#shown = new ShownNode(host.clock);
  }

  get backend(): RegistryBackend | undefined {
    return this.#backend;
  }

  /** How much of the children is watched. */
  get detail(): SnapshotDetail {
    return this.#detail;
  }

  /** The node that the backend told of last; undefined when it has told of none. */
  get delivered(): RawNode | undefined {
    return this.#delivered;
  }

  /** How many nodes it has told of. */
  get deliveries(): number {
    return this.#deliveries;
  }

  /** Whether the backend vouches for what it told last. */
  get isLive(): boolean {
    return this.#hold === undefined ? this.#shown.isLive : this.#hold.lastVerifiedAt === 'now';
  }

  /** Whether what its backend is to deliver waits for its turn, and has come closer to it since `since`. */
  isPaused(since: number): boolean {
    return this.#watch?.isPaused?.(since) ?? false;
  }

  /** Whether a backend has ever delivered it. */
  get wasLive(): boolean {
    return this.#deliveries > 0;
  }

  /** Whether what is shown is what an earlier process saw, for want of anything newer. */
  get isFromCacheFile(): boolean {
    return this.#hold === undefined && this.#shown.isFromCacheFile;
  }

  get readError(): ServiceRegistryError | undefined {
    return this.#readError;
  }

  /** Watches at `backend` from now on. */
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

  /** Sees to it that at least this much is watched. */
  ensureDetail(detail: SnapshotDetail): void {
    if (detail === this.#detail || this.#detail === 'data') return;
    this.#detail = detail;
    // Of what is held no more is known than before.
    this.#endHold();
    this.#startWatch();
  }

  /** Watches anew, which reads and tells what is there. */
  rewatch(): void {
    this.#startWatch();
  }

  /** The last known snapshot in that detail; undefined when nothing is known, or nothing in that detail. */
  snapshot(detail: SnapshotDetail): NodeSnapshot | undefined {
    return this.#shown.snapshot(detail);
  }

  /** The fullest snapshot that is known. */
  get latest(): NodeSnapshot | undefined {
    return this.#shown.latest;
  }

  /** `subscriber` is offered the current snapshot, where there is one, before this returns. */
  subscribe(subscriber: Subscriber): void {
    this.#subscribers.push(subscriber);
    const snapshot = this.snapshot(subscriber.detail);
    if (snapshot !== undefined) subscriber.receive(snapshot);
  }

  /** Whether one was there. What it is running finishes; it does not begin again. */
  unsubscribe(matches: (subscriber: Subscriber) => boolean): boolean {
    const removed = this.#subscribers.filter(matches);
    this.#subscribers = this.#subscribers.filter((subscriber) => !removed.includes(subscriber));
    for (const subscriber of removed) subscriber.close();
    return removed.length > 0;
  }

  get subscribers(): readonly Subscriber[] {
    return [...this.#subscribers];
  }

  /** Returns its undo. */
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
    this.#delivered = raw;
    this.#deliveries += 1;
    if (this.#mustHold(raw)) this.#holdBack(raw);
    else this.#publish(raw, 'now');
    this.#notifyListeners(undefined);
  }

  /** Shows what an earlier process saw until the backend delivers, and shares what is equal with it then. */
  seed(raw: RawNode, detail: SnapshotDetail, asOf: Date): void {
    if (this.wasLive) return;
    this.#shown.seed(raw, detail, asOf);
    this.#notifySubscribers();
    this.#notifyListeners(undefined);
  }

  #publish(raw: RawNode, lastVerifiedAt: LastVerified): void {
    this.#install(raw, lastVerifiedAt);
    this.#persister?.onUpdated(this);
    this.#notifySubscribers();
  }

  #notifySubscribers(): void {
    for (const subscriber of this.subscribers) {
      const snapshot = this.snapshot(subscriber.detail);
      if (snapshot !== undefined) subscriber.receive(snapshot);
    }
  }

  /** From now on this is what there is; nobody is offered it yet. */
  #install(raw: RawNode, lastVerifiedAt: LastVerified): void {
    this.#shown.update(raw, this.#detail, lastVerifiedAt);
    const hold = this.#hold;
    this.#hold = undefined;
    hold?.cancel();
    if (hold !== undefined) this.#guard?.emit(this.path, false, hold.children);
  }

  #mustHold({ children }: RawNode): boolean {
    if (children.size > 0 || this.#guard === undefined) return false;
    return this.#hold !== undefined || this.#guard.isSuspicious(this.#shown.childCount, 0);
  }

  #holdBack(raw: RawNode): void {
    if (this.#hold !== undefined) {
      this.#hold.latest = raw;
      this.#hold.lastVerifiedAt = 'now';
    } else if (this.#guard !== undefined) {
      this.markStale(0);
      const children = this.#shown.childCount;
      this.#hold = new EmptyHold(raw, children, this.#guard, () => this.#endHold());
      this.#guard.emit(this.path, true, children);
    }
  }

  /** What is there is shown. */
  #endHold(): void {
    const hold = this.#hold;
    if (hold === undefined) return;
    this.#publish(hold.latest, hold.lastVerifiedAt);
    this.#notifyListeners(undefined);
  }

  /** A child that cannot be read is shown without data; the rest of the node is what it was. */
  fault(error: ServiceRegistryError): void {
    if (error.path === undefined || error.path === this.path) {
      this.markStale(0);
      this.#readError = error;
    }
    this.#onFault(error);
    this.#notifyListeners(error);
  }

  /** Why the path may not be read, from then until a node comes: a backend need not tell each time that it tries. */
  get accessError(): NotAuthorizedError | undefined {
    return this.#readError instanceof NotAuthorizedError ? this.#readError : undefined;
  }

  /** Set once it is closed: nothing comes any more. */
  get closeError(): StoppedError | undefined {
    return this.#closeError;
  }

  /** The connection no longer vouches for the snapshot, and has not for `quietMs`. */
  markStale(quietMs: number): void {
    const asOf = new Date(this.#clock.date().getTime() - quietMs);
    this.#shown.markStale(asOf);
    if (this.#hold?.lastVerifiedAt === 'now') this.#hold.lastVerifiedAt = asOf;
  }

  freshness(): Freshness {
    return this.#shown.freshness(this.#quietMs, this.#hold !== undefined);
  }

  /** Whoever waits for this path need not wait any longer. What is held back is shown from now on; nobody is called. */
  stop(error = new StoppedError()): void {
    if (this.#hold !== undefined) this.#install(this.#hold.latest, this.#hold.lastVerifiedAt);
    this.#notifyListeners(error);
  }

  /** Lets go of everything. */
  close(): void {
    this.detach();
    this.#closeError = new StoppedError(`unwatch() let go of ${this.path}`, { path: this.path });
    this.stop(this.#closeError);
    for (const subscriber of this.subscribers) subscriber.close();
    this.#subscribers = [];
  }

  /** What was live a moment ago is as old as the last word from the servers. */
  get #quietMs(): number {
    return this.#backend?.quietMs ?? 0;
  }

  #startWatch(): void {
    this.#readError = undefined;
    this.#watch?.dispose();
    this.#watch = this.#backend?.watch(this.path, { children: this.#detail }, this);
  }

  #notifyListeners(fault: ServiceRegistryError | undefined): void {
    for (const listener of [...(this.#listeners ?? [])]) listener(fault);
  }
}
