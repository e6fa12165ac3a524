import type { Connection } from '../connection/connection.js';
import { mayServeCacheFile } from '../watch/may-serve-cache-file.js';
import type { WatchEntry } from '../watch/watch-entry.js';
import type { WatchStore } from '../watch/watch-store.js';
import { type CacheContent, findSaved } from './cache-content.js';
import { checkSavedValue } from './check-saved-value.js';
import { rawNodeOf } from './saved-node.js';

export interface SeederHost {
  readonly lazy: boolean;
  readonly connection: Connection;
  readonly watches: WatchStore;
  /** The content of the cache file. */
  content(): CacheContent;
}

/** Seeds entries that have never been live from the cache file, whenever it may be served. */
export class EntrySeeder {
  readonly #host: SeederHost;

  constructor(host: SeederHost) {
    this.#host = host;
    host.connection.subscribe(() => this.seedAll());
  }

  seedAll(): void {
    if (!this.#maySeed) return;
    for (const entry of this.#host.watches.entries) this.#seed(entry);
  }

  /** As `seedAll`, for one entry, unless it already shows something. */
  seed(entry: WatchEntry): void {
    if (this.#maySeed && entry.snapshot(entry.detail) === undefined) this.#seed(entry);
  }

  get #maySeed(): boolean {
    return mayServeCacheFile(this.#host.connection.phase, this.#host.lazy);
  }

  #seed(entry: WatchEntry): void {
    const { path, detail } = entry;
    if (entry.wasLive) return;
    const saved = findSaved(this.#host.content(), path, detail);
    if (saved === undefined) return;
    const value = checkSavedValue(Object.values(JSON.parse(`{${saved.line}}`))[0]);
    const raw = typeof value === 'string' ? undefined : rawNodeOf(path, value);
    if (raw !== undefined) entry.seed(raw, detail, new Date(saved.savedAt));
  }
}
