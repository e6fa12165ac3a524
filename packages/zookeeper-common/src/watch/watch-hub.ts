import { nameOf, parentOf } from '@ndsr/core/backend';
import type { WatchEvent } from '../client/zookeeper-client.js';
import type { NodeWatcher } from './node-watcher.js';

/** Who watches what: brings each event to the watchers that show the node. */
export class WatchHub {
  readonly #watchers = new Map<string, Set<NodeWatcher>>();

  add(watcher: NodeWatcher): void {
    const sharing = this.#watchers.get(watcher.path) ?? new Set();
    this.#watchers.set(watcher.path, sharing.add(watcher));
  }

  remove(watcher: NodeWatcher): void {
    const sharing = this.#watchers.get(watcher.path);
    sharing?.delete(watcher);
    if (sharing?.size === 0) this.#watchers.delete(watcher.path);
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
      for (const watcher of [...sharing]) watcher.connected(fresh);
    }
  }

  /** Resolves when every watcher that shows `path`, or a node above it, has delivered what has been heard so far. */
  async caughtUp(path: string): Promise<void> {
    const delivered: Promise<void>[] = [];
    for (let at: string | undefined = path; at !== undefined; at = parentOf(at)) {
      for (const watcher of this.#at(at)) delivered.push(watcher.caughtUp());
    }
    if (delivered.length > 0) await Promise.all(delivered);
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
    return path === undefined ? [] : [...(this.#watchers.get(path) ?? [])];
  }
}
