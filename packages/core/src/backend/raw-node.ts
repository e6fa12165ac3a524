import type { NodeStat } from '../node/node-stat.js';

/**
 * How much to read of a node's children: nothing (`children` is empty), their names (every value is null), or their
 * data as well.
 */
export type ChildDetail = 'none' | 'names' | 'data';

/**
 * A node as a backend returns it: bytes, not yet decoded, all from the same moment.
 * A backend may pass the same `Uint8Array` object again for unchanged bytes, which saves decoding them.
 */
export interface RawNode {
  readonly path: string;
  /** Null when the node has no data or does not exist. */
  readonly data: Uint8Array | null;
  /** Maps each child's name to its bytes, in any order. Must not be changed after it was passed on. */
  readonly children: ReadonlyMap<string, Uint8Array | null>;
  /** Null if the node does not exist; then `data` is null and `children` is empty. */
  readonly stat: NodeStat | null;
}

const noChildren: ReadonlyMap<string, null> = new Map();

/** A node that does not exist. */
export function absentNode(path: string): RawNode {
  return { path, data: null, children: noChildren, stat: null };
}
