import {
  type BackendWatch,
  type ChildDetail,
  parentOf,
  type RawNode,
  type ServiceRegistryError,
  type WatchObserver,
} from '@ndsr/core/backend';
import type { Change } from './node-tree.js';
import type { Parcel, Wire } from './wire.js';

/** Whose watch it is. */
export interface Watcher {
  readonly connected: boolean;
}

/** What watches look at. */
export interface Watchable {
  read(path: string, detail: ChildDetail): RawNode;
  /** The error to tell a watch instead of the node, if any. */
  refusal(path: string): ServiceRegistryError | undefined;
  /** Whether a refused watch shall look again at once. */
  worthAnotherLook(path: string): boolean;
}

/** One running watch. However many changes there are, at most one delivery is under way, and it takes the state then. */
class MemoryWatch implements BackendWatch, Parcel {
  readonly to: Watcher;
  readonly path: string;
  readonly detail: ChildDetail;
  readonly #observer: WatchObserver;
  readonly #table: WatchTable;
  #underWay = false;
  #disposed = false;

  constructor(to: Watcher, path: string, detail: ChildDetail, observer: WatchObserver, table: WatchTable) {
    this.to = to;
    this.path = path;
    this.detail = detail;
    this.#observer = observer;
    this.#table = table;
  }

  /** Sends for a delivery, unless one is under way or nobody could receive it; then one follows the next `connected`. */
  touch(): void {
    if (this.#disposed || this.#underWay || !this.to.connected) return;
    this.#underWay = true;
    this.#table.wire.send(this);
  }

  deliver(): void {
    this.#underWay = false;
    if (!this.#disposed) this.#table.look(this, this.#observer);
  }

  drop(): void {
    this.#underWay = false;
  }

  dispose(): void {
    this.#disposed = true;
    this.#table.remove(this);
  }
}

/** All watches of a store, by path, so that a change costs work only for the watches that show it. */
export class WatchTable {
  readonly wire: Wire;
  readonly #watchable: Watchable;
  readonly #byPath = new Map<string, Set<MemoryWatch>>();
  readonly #byWatcher = new Map<Watcher, Set<MemoryWatch>>();
  readonly #refused = new Set<MemoryWatch>();

  constructor(wire: Wire, watchable: Watchable) {
    this.wire = wire;
    this.#watchable = watchable;
  }

  add(to: Watcher, path: string, detail: ChildDetail, observer: WatchObserver): BackendWatch {
    const watch = new MemoryWatch(to, path, detail, observer, this);
    put(this.#byPath, path, watch);
    put(this.#byWatcher, to, watch);
    watch.touch();
    return watch;
  }

  remove(watch: MemoryWatch): void {
    take(this.#byPath, watch.path, watch);
    take(this.#byWatcher, watch.to, watch);
    this.#refused.delete(watch);
  }

  /** A change shows in the node's own watches and, where they list it, in its parent's. */
  changed({ path, what }: Change): void {
    for (const watch of this.#byPath.get(path) ?? []) watch.touch();
    const parent = parentOf(path);
    if (parent === undefined) return;
    for (const watch of this.#byPath.get(parent) ?? []) {
      if (watch.detail === 'data' || (watch.detail === 'names' && what === 'membership')) watch.touch();
    }
  }

  touchAll(of: Watcher): void {
    for (const watch of this.#byWatcher.get(of) ?? []) watch.touch();
  }

  touchRefused(): void {
    for (const watch of this.#refused) watch.touch();
  }

  disposeAll(of: Watcher): void {
    for (const watch of [...(this.#byWatcher.get(of) ?? [])]) watch.dispose();
  }

  /** Tells `observer` what the watch sees. A refused watch looks again by itself as soon as that makes sense. */
  look(watch: MemoryWatch, observer: WatchObserver): void {
    const refusal = this.#watchable.refusal(watch.path);
    if (refusal === undefined) {
      this.#refused.delete(watch);
      observer.node(this.#watchable.read(watch.path, watch.detail));
      return;
    }
    this.#refused.add(watch);
    if (this.#watchable.worthAnotherLook(watch.path)) watch.touch();
    observer.fault(refusal);
  }
}

function put<Key>(index: Map<Key, Set<MemoryWatch>>, key: Key, watch: MemoryWatch): void {
  const watches = index.get(key);
  if (watches === undefined) index.set(key, new Set([watch]));
  else watches.add(watch);
}

function take<Key>(index: Map<Key, Set<MemoryWatch>>, key: Key, watch: MemoryWatch): void {
  const watches = index.get(key);
  if (watches?.delete(watch) && watches.size === 0) index.delete(key);
}
