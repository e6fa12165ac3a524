import { nameOf, parentOf } from '@ndsr/core/backend';
import type { WatchEvent } from '../client/zookeeper-client.js';
import type { NodeWatcher } from './node-watcher.js';

const noWatchers: readonly NodeWatcher[] = [];

/** Dispatches each event to the watchers that show the node. */
export class WatchDispatcher {
  /** By path; a list is never modified but replaced. */
  readonly #watchers = new Map<string, readonly NodeWatcher[]>();
  /** The number of watchers that are refreshing. */
  #refreshing = 0;
  readonly refreshes = {
    began: (): void => {
      this.#refreshing += 1;
    },
    ended: (): void => {
      this.#refreshing -= 1;
    },
  };

  add(watcher: NodeWatcher): void {
    this.#watchers.set(watcher.path, [...this.#watchersOf(watcher.path), watcher]);
  }

  remove(watcher: NodeWatcher): void {
    const others = this.#watchersOf(watcher.path).filter((other) => other !== watcher);
    if (others.length === 0) this.#watchers.delete(watcher.path);
    else this.#watchers.set(watcher.path, others);
  }

  /** Dispatches an event, whose path is the registry's. */
  dispatch({ kind, path }: WatchEvent): void {
    for (const watcher of this.#watchersOf(path)) watcher.onOwnEvent(kind);
    if (kind === 'children') return;
    for (const watcher of this.#watchersOf(parentOf(path))) watcher.onChildEvent(nameOf(path), kind);
  }

  /** The recursive watch of `path` was removed: the watchers that relied on it arm their own. */
  onRecursiveWatchRemoved(path: string): void {
    for (const watcher of this.#watchersOf(path)) watcher.onRecursiveWatchRemoved();
    // Watchers that show it as a child have no watch on it.
    for (const watcher of this.#watchersOf(parentOf(path))) watcher.onChildEvent(nameOf(path), 'changed');
  }

  /** True if some watcher of `path` can use a recursive watch. */
  followsChildren(path: string): boolean {
    return this.#watchersOf(path).some((watcher) => watcher.followsChildren);
  }

  connected(isNewSession: boolean): void {
    for (const sharing of [...this.#watchers.values()]) {
      for (const watcher of sharing) watcher.connected(isNewSession);
    }
  }

  /**
   * Settles once every watcher that shows `path`, or a node above it, has delivered all changes received so far; undefined
   * if that is so already.
   */
  caughtUp(path: string): Promise<unknown> | undefined {
    if (this.#refreshing === 0) return undefined;
    let delivered: Promise<void>[] | undefined;
    for (let at: string | undefined = path; at !== undefined; at = parentOf(at)) {
      for (const watcher of this.#watchersOf(at)) {
        const pending = watcher.caughtUp();
        if (pending === undefined) continue;
        delivered ??= [];
        delivered.push(pending);
      }
    }
    return delivered && Promise.all(delivered);
  }

  /** True if some watcher shows `path` itself, or as a child. */
  isWatched(path: string): boolean {
    return this.#watchersOf(path).length > 0 || this.#watchersOf(parentOf(path)).length > 0;
  }

  dispose(): void {
    for (const sharing of this.#watchers.values()) for (const watcher of sharing) watcher.dispose();
    this.#watchers.clear();
  }

  #watchersOf(path: string | undefined): readonly NodeWatcher[] {
    return (path === undefined ? undefined : this.#watchers.get(path)) ?? noWatchers;
  }
}
