import type { NodeData, NodeSnapshot } from './node-snapshot.js';
import type { NodeStat } from './node-stat.js';

/**
 * A node's own data and stat at one moment, frozen. `data` is null if the node has none. If only names were requested,
 * both are null for a child.
 */
export interface NodeState<Data extends object = NodeData> {
  readonly data: Data | null;
  /** Null also if the node does not exist, or if this client may not read it. */
  readonly stat: NodeStat | null;
}

/**
 * The differences between a snapshot and the one that the same callback or loop received before it, whatever happened in
 * between. A child that was added and removed again is in none of the maps. The maps are in the order of the names, and
 * cannot be changed: a method that would change one throws a `TypeError`.
 *
 * In the first call everything is `added`.
 */
export interface NodeChanges<Data extends object = NodeData> {
  /** Children that are new, as they are now. */
  readonly added: ReadonlyMap<string, NodeState<Data>>;
  /** Children that are gone, as this callback or loop last received them. */
  readonly removed: ReadonlyMap<string, NodeState<Data>>;
  /**
   * Children whose data or stat differs, as they are now. A change of nothing but a child's stat causes no call of its own:
   * it is part of the next one.
   */
  readonly changed: ReadonlyMap<string, NodeState<Data>>;
  /**
   * The node itself, if its own data or stat differs; in the first call if it exists. A child that comes or goes changes
   * the stat of its parent.
   */
  readonly self?: NodeState<Data>;
}

/** A snapshot and what differs in it: the values of `watch(path, { changes: true })`. Frozen. */
export interface NodeUpdate<Data extends object = NodeData> {
  readonly snapshot: NodeSnapshot<Data>;
  readonly changes: NodeChanges<Data>;
}

/**
 * Receives the snapshots of a path: the first one as soon as it is available, then one after each change; and what differs
 * from the snapshot that it received before. May be async.
 */
export type SnapshotCallback<Data extends object = NodeData> = (
  snapshot: NodeSnapshot<Data>,
  changes: NodeChanges<Data>,
) => unknown;
