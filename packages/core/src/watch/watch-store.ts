import type { RegistryBackend } from '../backend/registry-backend.js';
import type { SnapshotDetail } from '../node/node-snapshot.js';
import { type EntryHost, type EntryPersister, WatchEntry } from './watch-entry.js';

export interface WatchStoreHost extends EntryHost {
  onAdded?(entry: WatchEntry): void;
  onRemoved?(entry: WatchEntry): void;
}

/** All watched paths, each once, independent of the current backend. */
export class WatchStore {
  readonly #host: WatchStoreHost;
  readonly #entries = new Map<string, WatchEntry>();
  #backend: RegistryBackend | undefined;
  #persister: EntryPersister | undefined;

  constructor(host: WatchStoreHost) {
    this.#host = host;
  }

  /** `persister` saves the nodes of the paths that are opened from now on. */
  setPersister(persister: EntryPersister): void {
    this.#persister = persister;
  }

  /** Watches all paths at `backend`. */
  attach(backend: RegistryBackend): void {
    this.#backend = backend;
    for (const entry of this.#entries.values()) entry.attach(backend);
  }

  /** Ends all watches; the snapshots and their subscribers stay. */
  detach(): void {
    this.#backend = undefined;
    for (const entry of this.#entries.values()) entry.detach();
  }

  /** As `detach`; also ends every wait for a path. */
  stop(): void {
    this.detach();
    for (const entry of this.#entries.values()) entry.stop();
  }

  /** The connection no longer guarantees that any snapshot is current, and has not for `quietMs`. */
  markStale(quietMs: number): void {
    for (const entry of this.#entries.values()) entry.markStale(quietMs);
  }

  get entries(): Iterable<WatchEntry> {
    return this.#entries.values();
  }

  get(path: string): WatchEntry | undefined {
    return this.#entries.get(path);
  }

  /** The entry of `path`, created if needed and watched with at least that detail. */
  open(path: string, detail: SnapshotDetail): WatchEntry {
    const existing = this.#entries.get(path);
    if (existing !== undefined) {
      existing.ensureDetail(detail);
      this.#persister?.onOpened(existing);
      return existing;
    }
    const entry = new WatchEntry(path, detail, this.#host, this.#persister);
    this.#entries.set(path, entry);
    this.#host.onAdded?.(entry);
    if (this.#backend !== undefined) entry.attach(this.#backend);
    this.#persister?.onOpened(entry);
    return entry;
  }

  /** Removes `path`: its watch, its snapshot, its subscribers. */
  remove(path: string): void {
    const entry = this.#entries.get(path);
    if (entry === undefined) return;
    this.#entries.delete(path);
    this.#host.onRemoved?.(entry);
    entry.close();
  }
}
