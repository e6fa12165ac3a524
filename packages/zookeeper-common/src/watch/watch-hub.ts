import { nameOf, parentOf } from '@ndsr/core/backend';
import type { WatchEvent } from '../client/zookeeper-client.js';
import type { NodeWatcher } from './node-watcher.js';

const nobody: readonly NodeWatcher[] = [];

/** Who watches what: brings each event to the watchers that show the node. */
export class WatchHub {
  /** Those of a path; a list does not change but is replaced. */
  readonly #watchers = new Map<string, readonly NodeWatcher[]>();
  /** How many of them are reading what is stale. */
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
    this.#watchers.set(watcher.path, [...this.#at(watcher.path), watcher]);
  }

  remove(watcher: NodeWatcher): void {
    const others = this.#at(watcher.path).filter((other) => other !== watcher);
    if (others.length === 0) this.#watchers.delete(watcher.path);
    else this.#watchers.set(watcher.path, others);
  }

  /** An event, by the registry's own path. */
  changed({ kind, path }: WatchEvent): void {
    for (const watcher of this.#at(path)) watcher.ownEvent(kind);
    if (kind === 'children') return;
    for (const watcher of this.#at(parentOf(path))) watcher.childEvent(nameOf(path), kind);
  }

  /** The recursive watch of `path` is gone: whoever relied on it watches for himself. */
  recursiveGone(path: string): void {
    for (const watcher of this.#at(path)) watcher.recursiveGone();
    // Who shows it as a child did without a watch on it.
    for (const watcher of this.#at(parentOf(path))) watcher.childEvent(nameOf(path), 'changed');
  }

  /** Whether somebody is left for whom a recursive watch of `path` is good. */
  followsChildren(path: string): boolean {
    return this.#at(path).some((watcher) => watcher.followsChildren);
  }

  connected(fresh: boolean): void {
    for (const sharing of [...this.#watchers.values()]) {
      for (const watcher of sharing) watcher.connected(fresh);
    }
  }

  /**
   * Settles when every watcher that shows `path`, or a node above it, has delivered what has been heard so far; undefined
   * when that is so already.
   */
  caughtUp(path: string): Promise<unknown> | undefined {
    if (this.#refreshing === 0) return undefined;
    let delivered: Promise<void>[] | undefined;
    for (let at: string | undefined = path; at !== undefined; at = parentOf(at)) {
      for (const watcher of this.#at(at)) {
        const soon = watcher.caughtUp();
        if (soon === undefined) continue;
        delivered ??= [];
        delivered.push(soon);
      }
    }
    return delivered && Promise.all(delivered);
  }

  /** Whether anybody is interested in `path` itself, or as a child. */
  isWatched(path: string): boolean {
    return this.#at(path).length > 0 || this.#at(parentOf(path)).length > 0;
  }

  dispose(): void {
    for (const sharing of this.#watchers.values()) for (const watcher of sharing) watcher.dispose();
    this.#watchers.clear();
  }

  #at(path: string | undefined): readonly NodeWatcher[] {
    return (path === undefined ? undefined : this.#watchers.get(path)) ?? nobody;
  }
}
