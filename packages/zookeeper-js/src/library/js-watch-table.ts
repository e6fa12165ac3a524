import { parentOf } from '@ndsr/core/backend';
import { flawOfEventPath, type WatchEvent } from '@ndsr/zookeeper-common';
import type { LibraryWatcher, WatcherManager } from './library-types.js';

const kinds: ReadonlyMap<number, WatchEvent['kind']> = new Map([
  [1, 'created'],
  [2, 'deleted'],
  [3, 'changed'],
  [4, 'children'],
]);

export interface JsWatchObserver {
  event(event: WatchEvent): void;
  fault(error: Error): void;
}

/** A read in flight that arms a watch when it is answered. */
interface PendingWatch {
  readonly path: string;
  forgotten: boolean;
}

/**
 * The library's table of armed watches, with the same function for all of them: it is stored once per path and kind,
 * however often a watch is armed, while different functions would accumulate.
 *
 * Events are intercepted where they enter the table, so that one event of the servers is one event here, even if both data
 * and children of a path are watched and the node is deleted.
 */
export class JsWatchTable {
  /** Pass it to the library with each read that arms a watch. */
  readonly watcher: LibraryWatcher;
  readonly #manager: WatcherManager;
  readonly #pending = new Set<PendingWatch>();
  readonly #recursive = new Set<string>();
  readonly #forgotten = new ForgottenWatches();

  constructor(manager: WatcherManager, observer: JsWatchObserver) {
    this.#manager = manager;
    let wanted = false;
    this.watcher = () => {
      wanted = true;
    };
    const emit = manager.emit;
    manager.emit = (event) => {
      const kind = kinds.get(event.type);
      // The library throws on unknown types, in its data handler: an uncaught exception.
      if (kind === undefined) return observer.fault(new Error(`watch event of unknown type ${event.type}`));
      // The library's tables are plain objects: an invalid path might be the name of an inherited property.
      const flaw = flawOfEventPath(event.path);
      if (flaw !== undefined) return observer.fault(flaw);
      wanted = false;
      this.#forgotten.fired(event.path, kind);
      emit.call(manager, event);
      if (wanted || this.#isBelowRecursive(event.path)) observer.event({ kind, path: event.path });
    };
  }

  /** The paths of recursive watches. A reconnect ends them; then the paths are armed as if they had been read. */
  get recursive(): ReadonlySet<string> {
    return this.#recursive;
  }

  addRecursive(path: string): void {
    this.#recursive.add(path);
  }

  /** Records a read that will arm a watch. Call the returned function when it is answered. */
  startRead(path: string): () => void {
    const pending = { path, forgotten: false };
    this.#pending.add(pending);
    return () => {
      this.#pending.delete(pending);
      if (pending.forgotten) this.#drop(path);
    };
  }

  /** Reads in flight will not be answered any more. */
  disconnected(): void {
    this.#pending.clear();
    this.#forgotten.clear();
  }

  /** The servers were asked to remove the watches of `path`. */
  removed(path: string): void {
    this.#forgotten.delete(path);
  }

  /**
   * The watches of `path` are not armed again at a reconnect; their events are ignored.
   * Returns whether there are any on the servers, or will be when a read in flight is answered.
   */
  forget(path: string): boolean {
    let isArmed = this.#drop(path);
    for (const arming of this.#pending) {
      if (arming.path !== path) continue;
      arming.forgotten = true;
      isArmed = true;
    }
    return this.#recursive.delete(path) || isArmed || this.#forgotten.has(path);
  }

  #isBelowRecursive(path: string): boolean {
    if (this.#recursive.size === 0) return false;
    for (let at: string | undefined = path; at !== undefined; at = parentOf(at)) {
      if (this.#recursive.has(at)) return true;
    }
    return false;
  }

  #drop(path: string): boolean {
    const { dataWatchers, existenceWatchers, childWatchers } = this.#manager;
    const isNodeWatched = [dataWatchers, existenceWatchers].some((table) => Object.hasOwn(table, path));
    const isListWatched = Object.hasOwn(childWatchers, path);
    for (const table of [dataWatchers, existenceWatchers, childWatchers]) delete table[path];
    if (isNodeWatched) this.#forgotten.add(path, 'node');
    if (isListWatched) this.#forgotten.add(path, 'list');
    return isNodeWatched || isListWatched;
  }
}

type Watched = 'node' | 'list';

/** The watches that were forgotten, and are on the servers until they fire. */
class ForgottenWatches {
  readonly #byPath = new Map<string, Set<Watched>>();

  has(path: string): boolean {
    return this.#byPath.has(path);
  }

  add(path: string, watched: Watched): void {
    const known = this.#byPath.get(path);
    if (known === undefined) this.#byPath.set(path, new Set([watched]));
    else known.add(watched);
  }

  delete(path: string): void {
    this.#byPath.delete(path);
  }

  clear(): void {
    this.#byPath.clear();
  }

  fired(path: string, kind: WatchEvent['kind']): void {
    const left = this.#byPath.get(path);
    if (left === undefined) return;
    if (kind !== 'children') left.delete('node');
    if (kind === 'children' || kind === 'deleted') left.delete('list');
    if (left.size === 0) this.#byPath.delete(path);
  }
}
