import { resolve } from 'node:path';
import type { Connection } from '../connection/connection.js';
import { CacheFileError } from '../errors/background-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { RegistrySettings } from '../options/registry-options.js';
import type { Clock } from '../time/clock.js';
import type { EntryPersister, WatchEntry } from '../watch/watch-entry.js';
import type { WatchStore } from '../watch/watch-store.js';
import type { CacheContent } from './cache-content.js';
import { CacheFileStore } from './cache-file-store.js';
import { CacheSaver } from './cache-saver.js';
import { EntrySeeder } from './entry-seeder.js';

export interface CacheFileHost {
  readonly settings: RegistrySettings;
  readonly connection: Connection;
  readonly watches: WatchStore;
  fault(error: ServiceRegistryError): void;
}

/** The longest time that a call waits for the file, ms: a network disk may never answer. */
const timeoutMs = 10_000;

/** Connects a registry to its cache file: seeds entries from it, and saves their nodes to it. */
export class CacheFile implements EntryPersister {
  readonly #host: CacheFileHost;
  readonly #store: CacheFileStore;
  readonly #saver: CacheSaver;
  readonly #seeder: EntrySeeder;
  #loading: Promise<void> | undefined;
  /** The last reported problem: the same one is reported only once. */
  #lastReported: string | undefined;

  /** @param name the file's name, resolved against the current working directory now */
  constructor(name: string, host: CacheFileHost) {
    const { settings, connection, watches } = host;
    const store = new CacheFileStore(resolve(name), settings);
    this.#host = host;
    this.#store = store;
    this.#saver = new CacheSaver({ ...settings, save: (news) => this.#save(news) });
    this.#seeder = new EntrySeeder({ lazy: settings.lazy, connection, watches, content: () => store.content });
  }

  /** Reads the file, once. Never rejects. */
  load(): Promise<void> {
    this.#loading ??= waitAtMost(timeoutMs, this.#load(), this.#host.settings.clock);
    return this.#loading;
  }

  /** Resolves once all received nodes are in the file, if it can be written. Never rejects. */
  flush(): Promise<void> {
    return waitAtMost(timeoutMs, this.#saver.flush(), this.#host.settings.clock);
  }

  onOpened(entry: WatchEntry): void {
    this.#seeder.seed(entry);
  }

  onUpdated(entry: WatchEntry): void {
    this.#saver.record(entry);
  }

  async #load(): Promise<void> {
    await this.#attempt('read', () => this.#store.load());
    this.#seeder.seedAll();
  }

  #save(updates: CacheContent): Promise<boolean> {
    return this.#attempt('write', () => this.#store.save(updates));
  }

  async #attempt(verb: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.#lastReported = undefined;
      return true;
    } catch (cause) {
      this.#report(verb, cause);
      return false;
    }
  }

  #report(verb: string, cause: unknown): void {
    const reason = reasonOf(cause);
    if (reason === this.#lastReported) return;
    this.#lastReported = reason;
    this.#host.fault(new CacheFileError(`Cannot ${verb} the cache file ${this.#store.name}: ${reason}`, { cause }));
  }
}

/** Does not name temporary files: the same problem then has the same text. */
function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'its folder does not exist';
  return code === undefined || cause instanceof CacheFileError ? message : (message.split(',')[0] ?? code);
}

/**
 * Resolves when `work` settles, at the latest after `ms`. Never rejects; `work` continues. Keeps the process alive
 * until then.
 */
function waitAtMost(ms: number, work: Promise<unknown>, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      resolve();
    };
    const cancel = clock.timer(ms, end);
    work.then(end, end);
  });
}
