import type { NodeStat } from '../node/node-stat.js';

/**
 * How much to read of a node's children: nothing (`children` is empty), their names (every child is `nameOnly`), or their
 * data and stats as well.
 */
export type ChildDetail = 'none' | 'names' | 'data';

/** A child as a backend returns it, as of the last time that its data was read. Never changed after it was passed on. */
export interface RawChild {
  /** Null when the child has no data, when it may not be read, or when only its name is known. */
  readonly data: Uint8Array | null;
  /** Null when the child may not be read, or when only its name is known. Counts of its own children may be out of date. */
  readonly stat: NodeStat | null;
}

/** A child of which only the name is known. */
export const nameOnly: RawChild = Object.freeze({ data: null, stat: null });

/**
 * A node as a backend returns it: bytes, not yet decoded, all from the same moment.
 * A backend may pass the same objects (`Uint8Array`, `RawChild`) again for what has not changed, which saves comparing and
 * decoding them.
 */
export interface RawNode {
  readonly path: string;
  /** Null when the node has no data or does not exist. */
  readonly data: Uint8Array | null;
  /**
   * The children by name, in any order. Must not be changed after it was passed on, except that a delivery with
   * `changedChildren` may pass the backend's own map, which is then valid until the observer returns.
   */
  readonly children: ReadonlyMap<string, RawChild>;
  /** Null if the node does not exist; then `data` is null and `children` is empty. */
  readonly stat: NodeStat | null;
  /**
   * In a delivery of a watch: the children that differ from the last delivery of the same watch, null for one that is gone.
   * It may name a child that is equal after all. The registry then looks at these alone, so that a change costs what
   * changed. Omitted in the first delivery, and by a backend that does not keep track: then the registry compares all
   * children.
   */
  readonly changedChildren?: ReadonlyMap<string, RawChild | null> | undefined;
}

const noChildren: ReadonlyMap<string, RawChild> = new Map();

/** A node that does not exist. */
export function absentNode(path: string): RawNode {
  return { path, data: null, children: noChildren, stat: null };
}
