import { parentOf } from '@ndsr/core/backend';
import { flawOfEventPath, type WatchEvent } from '@ndsr/zookeeper-common';
import type { Watcher, WatcherManager } from './library-types.js';

const kinds: ReadonlyMap<number, WatchEvent['kind']> = new Map([
  [1, 'created'],
  [2, 'deleted'],
  [3, 'changed'],
  [4, 'children'],
]);

export interface WatchObserver {
  event(event: WatchEvent): void;
  fault(error: Error): void;
}

/** A read under way that arms a watch when it is answered. */
interface Arming {
  readonly path: string;
  forgotten: boolean;
}

/**
 * The library's table of armed watches, with one function in it for all of them: it is entered once per path and kind
 * however often a watch is armed, where different functions would add up.
 *
 * The events are taken where they enter the table, so that one event of the servers is one event here, also where data
 * and children of a path are watched and the node is deleted.
 */
export class WatchTable {
  /** To be given to the library with each read that is to arm a watch. */
  readonly watcher: Watcher;
  readonly #manager: WatcherManager;
  readonly #arming = new Set<Arming>();
  readonly #recursive = new Set<string>();

  constructor(manager: WatcherManager, observer: WatchObserver) {
    this.#manager = manager;
    let wanted = false;
    this.watcher = () => {
      wanted = true;
    };
    const emit = manager.emit;
    manager.emit = (event) => {
      const kind = kinds.get(event.type);
      // The library throws on such a type, in its data handler: an uncaught exception.
      if (kind === undefined) return observer.fault(new Error(`watch event of unknown type ${event.type}`));
      // Of such a path the library's tables have what every object has.
      const flaw = flawOfEventPath(event.path);
      if (flaw !== undefined) return observer.fault(flaw);
      wanted = false;
      emit.call(manager, event);
      if (wanted || this.#isBelowRecursive(event.path)) observer.event({ kind, path: event.path });
    };
  }

  /** From these paths downwards everything is told of. A reconnect ends that; then they are armed as if they had been read. */
  get recursive(): ReadonlySet<string> {
    return this.#recursive;
  }

  addRecursive(path: string): void {
    this.#recursive.add(path);
  }

  /** Notes a read that will arm a watch. To be called back when it was answered. */
  arming(path: string): () => void {
    const arming = { path, forgotten: false };
    this.#arming.add(arming);
    return () => {
      this.#arming.delete(arming);
      if (arming.forgotten) this.#drop(path);
    };
  }

  /** What was under way will not be answered any more. */
  disconnected(): void {
    this.#arming.clear();
  }

  /**
   * The watches of `path` are armed no more at a reconnect; what they still have to tell is ignored.
   * Returns whether there are any at the servers, or will be when a read under way is answered.
   */
  forget(path: string): boolean {
    let isArmed = this.#drop(path);
    for (const arming of this.#arming) {
      if (arming.path !== path) continue;
      arming.forgotten = true;
      isArmed = true;
    }
    return this.#recursive.delete(path) || isArmed;
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
    const tables = [dataWatchers, existenceWatchers, childWatchers].filter((table) => Object.hasOwn(table, path));
    for (const table of tables) delete table[path];
    return tables.length > 0;
  }
}
