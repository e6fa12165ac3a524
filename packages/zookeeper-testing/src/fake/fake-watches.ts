import { parentOf } from '@ndsr/core/backend';
import type { WatchEvent } from '@ndsr/zookeeper-common';
import type { FakeRequest } from './fake-request.js';
import type { FakeChange, FakeTree } from './fake-tree.js';

/** The watches that a client wants to have armed again after a reconnect. */
export interface WatchesToRestore {
  readonly data: ReadonlySet<string>;
  readonly existence: ReadonlySet<string>;
  readonly children: ReadonlySet<string>;
  /** Recursive watches are not restored themselves; the paths are for changes of the node and of its list. */
  readonly recursive: ReadonlySet<string>;
}

/** The watches that one connection has armed at the servers. They end with the connection. */
export class ServerWatches {
  readonly #data = new Set<string>();
  readonly #children = new Set<string>();
  /** Every change at and below these paths is reported, each time. */
  readonly #recursive = new Set<string>();

  /** Called for a read that was executed; `found` is true if the node exists. */
  arm(request: FakeRequest, found: boolean): void {
    if (request.what === 'watchRecursively') this.#armRecursive(request.path);
    if (request.what === 'removeWatches') this.#remove(request.path);
    if (!('watch' in request) || !request.watch) return;
    // As in servers before 3.9: one kind of watch per path, and the last one counts.
    this.#recursive.delete(request.path);
    if (request.what === 'exists' || (request.what === 'getData' && found)) this.#data.add(request.path);
    else if (found) this.#children.add(request.path);
  }

  /** Returns the events that a change triggers, each watch once: the node's own first, then its parent's. */
  trigger({ kind, path }: FakeChange): readonly WatchEvent[] {
    const events: WatchEvent[] = [];
    const data = this.#data.delete(path);
    const children = kind === 'deleted' && this.#children.delete(path);
    if (data || children || isBelow(path, this.#recursive)) events.push({ kind, path });
    const parent = parentOf(path);
    if (kind !== 'changed' && parent !== undefined && this.#children.delete(parent)) {
      events.push({ kind: 'children', path: parent });
    }
    return events;
  }

  /**
   * ZooKeeper's SetWatches: arms the watches of nodes that are unchanged since `zxid`, and returns the events of the
   * others.
   */
  rearm(tree: FakeTree, wanted: WatchesToRestore, zxid: bigint): readonly WatchEvent[] {
    return [
      ...[...wanted.data, ...wanted.recursive].flatMap((path) => this.#rearmData(tree, path, zxid)),
      ...[...wanted.existence].flatMap((path) => this.#rearmExistence(tree, path)),
      ...[...wanted.children, ...wanted.recursive].flatMap((path) => this.#rearmChildren(tree, path, zxid)),
    ];
  }

  #armRecursive(path: string): void {
    this.#remove(path);
    this.#recursive.add(path);
  }

  #remove(path: string): void {
    for (const armed of [this.#data, this.#children, this.#recursive]) armed.delete(path);
  }

  #rearmData(tree: FakeTree, path: string, zxid: bigint): readonly WatchEvent[] {
    const stat = tree.statOf(path);
    if (stat === null) return [{ kind: 'deleted', path }];
    if (stat.mzxid > zxid) return [{ kind: 'changed', path }];
    this.#data.add(path);
    return [];
  }

  #rearmExistence(tree: FakeTree, path: string): readonly WatchEvent[] {
    if (tree.statOf(path) !== null) return [{ kind: 'created', path }];
    this.#data.add(path);
    return [];
  }

  #rearmChildren(tree: FakeTree, path: string, zxid: bigint): readonly WatchEvent[] {
    const stat = tree.statOf(path);
    if (stat === null) return [{ kind: 'deleted', path }];
    if (stat.pzxid > zxid) return [{ kind: 'children', path }];
    this.#children.add(path);
    return [];
  }
}

/** The watches that a client knows to be armed: it restores them after a reconnect, and accepts their events. */
export class ClientWatches implements WatchesToRestore {
  readonly data = new Set<string>();
  readonly existence = new Set<string>();
  readonly children = new Set<string>();
  readonly recursive = new Set<string>();
  /** Those that were forgotten, and are at the servers until they fire. */
  readonly #forgottenNodes = new Set<string>();
  readonly #forgottenLists = new Set<string>();

  /** Called when a read with a watch was answered; `found` is true if the node exists. */
  armed(what: FakeRequest['what'], path: string, found: boolean): void {
    if (what === 'getChildren') this.children.add(path);
    else if (found) this.data.add(path);
    else this.existence.add(path);
  }

  /** Returns true if the event belongs to a watch that is still wanted. Each watch fires once. */
  take({ kind, path }: WatchEvent): boolean {
    if (kind !== 'children') this.#forgottenNodes.delete(path);
    if (kind === 'children' || kind === 'deleted') this.#forgottenLists.delete(path);
    const children = kind === 'children' || kind === 'deleted' ? this.children.delete(path) : false;
    if (kind === 'children') return children || this.recursive.has(path);
    const data = this.data.delete(path);
    const existence = this.existence.delete(path);
    return data || existence || children || isBelow(path, this.recursive);
  }

  /** Returns true if there are any at the servers. */
  forget(path: string): boolean {
    const nodes = [this.data, this.existence].filter((armed) => armed.delete(path)).length;
    if (nodes > 0) this.#forgottenNodes.add(path);
    if (this.children.delete(path)) this.#forgottenLists.add(path);
    const isForgotten = this.#forgottenNodes.has(path) || this.#forgottenLists.has(path);
    return this.recursive.delete(path) || isForgotten;
  }

  /** Called when the servers are asked to remove the watches of `path`. */
  removed(path: string): void {
    this.#forgottenNodes.delete(path);
    this.#forgottenLists.delete(path);
  }

  /** Called when the connection has broken: its watches are gone. */
  disconnected(): void {
    this.#forgottenNodes.clear();
    this.#forgottenLists.clear();
  }
}

/** Returns true if the path is one of `tops`, or below one. */
function isBelow(path: string, tops: ReadonlySet<string>): boolean {
  for (let at: string | undefined = path; at !== undefined; at = parentOf(at)) if (tops.has(at)) return true;
  return false;
}
