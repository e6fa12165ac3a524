import {
  type BackendWatch,
  type ChildDetail,
  nameOf,
  parentOf,
  type RawChild,
  type RawNode,
  type ServiceRegistryError,
  type WatchObserver,
} from '@ndsr/core/backend';
import type { Message, MessageQueue } from './message-queue.js';
import type { NodeChange } from './node-tree.js';

/** The client that owns a watch. */
export interface WatchOwner {
  readonly connected: boolean;
}

/** The nodes that watches read. */
export interface WatchSource {
  /** The current node. Its map of children is valid until the next change. */
  live(path: string, detail: ChildDetail): RawNode;
  /** The error to report to a watch instead of the node, if any. */
  refusal(path: string): ServiceRegistryError | undefined;
  /** Returns true if a refused watch should read again at once. */
  shouldRetry(path: string): boolean;
}

/**
 * A running watch. However many changes there are, at most one delivery is in flight, and it delivers the state at that
 * time, together with the children that have changed since the last one.
 */
class MemoryWatch implements BackendWatch, Message {
  readonly to: WatchOwner;
  readonly path: string;
  readonly detail: ChildDetail;
  readonly #observer: WatchObserver;
  readonly #table: WatchIndex;
  #scheduled = false;
  #disposed = false;
  /** The names of children that may differ from the last delivery; undefined before the first. */
  #changed: Set<string> | undefined;

  constructor(to: WatchOwner, path: string, detail: ChildDetail, observer: WatchObserver, table: WatchIndex) {
    this.to = to;
    this.path = path;
    this.detail = detail;
    this.#observer = observer;
    this.#table = table;
  }

  /**
   * Schedules a delivery, unless one is in flight or the client is not connected; in that case one follows the next
   * `connected`.
   */
  schedule(): void {
    if (this.#disposed || this.#scheduled || !this.to.connected) return;
    this.#scheduled = true;
    this.#table.messages.send(this);
  }

  /** The child may differ from the last delivery. */
  note(child: string): void {
    this.#changed?.add(child);
  }

  /** Returns the delivery of `node`, of which only a first one is for keeps. */
  deliveryOf(node: RawNode): RawNode {
    const changed = this.#changed;
    if (changed === undefined) {
      this.#changed = new Set();
      return { ...node, children: new Map(node.children) };
    }
    const changedChildren = new Map<string, RawChild | null>();
    for (const name of changed) changedChildren.set(name, node.children.get(name) ?? null);
    changed.clear();
    return { ...node, changedChildren };
  }

  deliver(): void {
    this.#scheduled = false;
    if (!this.#disposed) this.#table.deliver(this, this.#observer);
  }

  drop(): void {
    this.#scheduled = false;
  }

  dispose(): void {
    this.#disposed = true;
    this.#table.remove(this);
  }
}

/** All watches of a store, by path, so that a change costs work only for the watches that show it. */
export class WatchIndex {
  readonly messages: MessageQueue;
  readonly #source: WatchSource;
  readonly #byPath = new Map<string, Set<MemoryWatch>>();
  readonly #byOwner = new Map<WatchOwner, Set<MemoryWatch>>();
  readonly #refused = new Set<MemoryWatch>();

  constructor(wire: MessageQueue, watchable: WatchSource) {
    this.messages = wire;
    this.#source = watchable;
  }

  add(to: WatchOwner, path: string, detail: ChildDetail, observer: WatchObserver): BackendWatch {
    const watch = new MemoryWatch(to, path, detail, observer, this);
    addTo(this.#byPath, path, watch);
    addTo(this.#byOwner, to, watch);
    watch.schedule();
    return watch;
  }

  remove(watch: MemoryWatch): void {
    removeFrom(this.#byPath, watch.path, watch);
    removeFrom(this.#byOwner, watch.to, watch);
    this.#refused.delete(watch);
  }

  /** A change shows in the node's own watches and, if they list it, in its parent's. */
  changed({ path, type }: NodeChange): void {
    for (const watch of this.#byPath.get(path) ?? []) watch.schedule();
    const parent = parentOf(path);
    if (parent === undefined) return;
    for (const watch of this.#byPath.get(parent) ?? []) {
      if (watch.detail === 'none' || (watch.detail === 'names' && type === 'data')) continue;
      watch.note(nameOf(path));
      watch.schedule();
    }
    // The stat of the parent counts its children. That alone is no reason for a delivery of the node above.
    const above = type === 'membership' ? parentOf(parent) : undefined;
    if (above === undefined) return;
    for (const watch of this.#byPath.get(above) ?? []) if (watch.detail === 'data') watch.note(nameOf(parent));
  }

  scheduleAll(of: WatchOwner): void {
    for (const watch of this.#byOwner.get(of) ?? []) watch.schedule();
  }

  scheduleRefused(): void {
    for (const watch of this.#refused) watch.schedule();
  }

  disposeAll(of: WatchOwner): void {
    for (const watch of [...(this.#byOwner.get(of) ?? [])]) watch.dispose();
  }

  /** Delivers the current node to `observer`. A refused watch retries by itself as soon as that makes sense. */
  deliver(watch: MemoryWatch, observer: WatchObserver): void {
    const refusal = this.#source.refusal(watch.path);
    if (refusal === undefined) {
      this.#refused.delete(watch);
      observer.node(watch.deliveryOf(this.#source.live(watch.path, watch.detail)));
      return;
    }
    this.#refused.add(watch);
    if (this.#source.shouldRetry(watch.path)) watch.schedule();
    observer.fault(refusal);
  }
}

function addTo<Key>(index: Map<Key, Set<MemoryWatch>>, key: Key, watch: MemoryWatch): void {
  const watches = index.get(key);
  if (watches === undefined) index.set(key, new Set([watch]));
  else watches.add(watch);
}

function removeFrom<Key>(index: Map<Key, Set<MemoryWatch>>, key: Key, watch: MemoryWatch): void {
  const watches = index.get(key);
  if (watches?.delete(watch) && watches.size === 0) index.delete(key);
}
