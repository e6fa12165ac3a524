import type { RawNode } from '../backend/raw-node.js';
import type { BackendWatch, RegistryBackend, WatchObserver } from '../backend/registry-backend.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import { StoppedError } from '../errors/connection-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { NodeSnapshot } from '../node/node-snapshot.js';
import type { Clock } from '../time/clock.js';
import type { Freshness } from './freshness.js';
import { type Reading, readSnapshot, type SnapshotDetail } from './snapshot.js';

/** Somebody who hears of an entry's snapshots. */
export interface Subscriber {
  readonly detail: SnapshotDetail;
  offer(snapshot: NodeSnapshot): void;
  /** The entry is let go of; nothing more will come. */
  close(): void;
}

/** Told of everything that reaches an entry: a new node, or the reason why it cannot be read. */
export type EntryListener = (fault: ServiceRegistryError | undefined) => void;

/** Remembers what entries see, beyond the life of this process. */
export interface EntryKeeper {
  /** Somebody wants `entry` from now on, in `entry.detail`: it may be given what is remembered, by `seed`. */
  opened(entry: WatchEntry): void;
  /** The backend delivered the node of `entry`. */
  heard(entry: WatchEntry): void;
}

/**
 * One watched path: the one watch at the backend, the last snapshot, where it came from, and who hears of it.
 * It watches the children's data once somebody has asked for them; those who asked for names go on seeing names.
 */
export class WatchEntry implements WatchObserver {
  readonly path: string;
  readonly #clock: Clock;
  readonly #onFault: (error: ServiceRegistryError) => void;
  readonly #readings = new Map<SnapshotDetail, Reading>();
  readonly #subscribers = new Set<Subscriber>();
  readonly #listeners = new Set<EntryListener>();
  #detail: SnapshotDetail;
  #backend: RegistryBackend | undefined;
  #watch: BackendWatch | undefined;
  /** Whether the backend vouches for the snapshot now; else when it last did, null for never. */
  #trusted: true | Date | null = null;
  #refusal: NotAuthorizedError | undefined;
  #ending: StoppedError | undefined;
  readonly #keeper: EntryKeeper | undefined;
  /** When what an earlier process left was the truth; undefined when it left nothing. */
  #seededFrom: Date | undefined;

  constructor(
    path: string,
    detail: SnapshotDetail,
    clock: Clock,
    onFault: (error: ServiceRegistryError) => void,
    keeper?: EntryKeeper,
  ) {
    this.path = path;
    this.#detail = detail;
    this.#clock = clock;
    this.#onFault = onFault;
    this.#keeper = keeper;
  }

  /** Watches at `backend` from now on. */
  attach(backend: RegistryBackend): void {
    this.#backend = backend;
    this.#begin();
  }

  /** Ends the watch at the backend; the last snapshot and the subscribers stay. */
  detach(): void {
    this.#watch?.dispose();
    this.#watch = undefined;
    this.#backend = undefined;
    this.distrust(0);
  }

  /** Sees to it that at least this much is watched. */
  require(detail: SnapshotDetail): void {
    if (detail === this.#detail || this.#detail === 'data') return;
    this.#detail = detail;
    this.#begin();
  }

  /** The last known snapshot in that detail; undefined when nothing is known, or nothing in that detail. */
  snapshot(detail: SnapshotDetail): NodeSnapshot | undefined {
    const full = this.#readings.get('data');
    // Somebody asks for names where data are watched: read once here, and with every delivery from now on.
    if (detail === 'names' && full !== undefined && !this.#readings.has('names')) this.#read(full.raw, 'names');
    return this.#readings.get(detail)?.snapshot;
  }

  /** The fullest snapshot that is known. */
  get latest(): NodeSnapshot | undefined {
    return (this.#readings.get('data') ?? this.#readings.get('names'))?.snapshot;
  }

  /** `subscriber` is offered the current snapshot, where there is one, before this returns. */
  subscribe(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
    const snapshot = this.snapshot(subscriber.detail);
    if (snapshot !== undefined) subscriber.offer(snapshot);
  }

  /** Whether one was there. What it is running finishes; it does not begin again. */
  unsubscribe(isMeant: (subscriber: Subscriber) => boolean): boolean {
    const meant = this.subscribers.filter(isMeant);
    for (const subscriber of meant) {
      this.#subscribers.delete(subscriber);
      subscriber.close();
    }
    return meant.length > 0;
  }

  get subscribers(): readonly Subscriber[] {
    return [...this.#subscribers];
  }

  /** Returns its undo. */
  listen(listener: EntryListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  node(raw: RawNode): void {
    this.#trusted = true;
    this.#refusal = undefined;
    if (this.#detail === 'data') this.#read(raw, 'data');
    if (this.#detail === 'names' || this.#readings.has('names')) this.#read(raw, 'names');
    this.#keeper?.heard(this);
    this.#show();
  }

  /** Shows what an earlier process saw until the backend delivers, and shares what is equal with it then. */
  seed(raw: RawNode, detail: SnapshotDetail, asOf: Date): void {
    if (this.#trusted !== null) return;
    this.#seededFrom = asOf;
    this.#read(raw, detail);
    this.#show();
  }

  /** Whether a backend has ever delivered it. */
  get wasLive(): boolean {
    return this.#trusted !== null;
  }

  /** Whether what is shown is what an earlier process saw. */
  get isSeeded(): boolean {
    return this.#trusted === null && this.#seededFrom !== undefined;
  }

  /** How much of the children is watched. */
  get detail(): SnapshotDetail {
    return this.#detail;
  }

  fault(error: ServiceRegistryError): void {
    this.distrust(0);
    this.#refusal = error instanceof NotAuthorizedError ? error : undefined;
    this.#onFault(error);
    this.#tell(error);
  }

  /** Why the path may not be read, from then until a node comes: a backend need not tell each time that it tries. */
  get refusal(): NotAuthorizedError | undefined {
    return this.#refusal;
  }

  /** Set once it is closed: nothing comes any more. */
  get ending(): StoppedError | undefined {
    return this.#ending;
  }

  /** The connection no longer vouches for the snapshot, and has not for `quietMs`. */
  distrust(quietMs: number): void {
    if (this.#trusted === true) this.#trusted = new Date(this.#clock.date().getTime() - quietMs);
  }

  freshness(): Freshness {
    const now = this.#clock.date();
    if (this.#trusted === true) return { origin: 'live', asOf: now, ageMs: 0, held: false };
    const since = this.#trusted ?? this.#seededFrom;
    if (since === undefined) return { origin: 'none', asOf: null, ageMs: null, held: false };
    const ageMs = Math.max(0, now.getTime() - since.getTime());
    const origin = this.isSeeded ? 'cache-file' : 'last-known';
    return { origin, asOf: new Date(since), ageMs, held: false };
  }

  /** Whoever waits for this path need not wait any longer. */
  stop(error = new StoppedError()): void {
    this.#tell(error);
  }

  /** Lets go of everything. */
  close(): void {
    this.detach();
    this.#ending = new StoppedError(`unwatch() let go of ${this.path}`, { path: this.path });
    this.stop(this.#ending);
    for (const subscriber of this.subscribers) subscriber.close();
    this.#subscribers.clear();
  }

  #begin(): void {
    this.#refusal = undefined;
    this.#watch?.dispose();
    this.#watch = this.#backend?.watch(this.path, { children: this.#detail }, this);
  }

  #read(raw: RawNode, detail: SnapshotDetail): void {
    this.#readings.set(detail, readSnapshot(this.#readings.get(detail), raw, detail));
  }

  #show(): void {
    for (const subscriber of this.subscribers) {
      const snapshot = this.snapshot(subscriber.detail);
      if (snapshot !== undefined) subscriber.offer(snapshot);
    }
    this.#tell(undefined);
  }

  #tell(fault: ServiceRegistryError | undefined): void {
    for (const listener of [...this.#listeners]) listener(fault);
  }
}
