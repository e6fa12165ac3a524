import type { NodeStat } from '../node/node-stat.js';

/**
 * How much of a node's children is wanted: nothing (`children` is empty), their names (every value is null), or their
 * data as well.
 */
export type ChildDetail = 'none' | 'names' | 'data';

/**
 * A node as a backend sees it: bytes, not yet decoded, all from one moment.
 * A backend may pass the same `Uint8Array` object again for bytes that have not changed, and is then spared a decode.
 */
export interface RawNode {
  readonly path: string;
  /** Null when the node has no data or does not exist. */
  readonly data: Uint8Array | null;
  /** Name to that child's bytes, in any order. Not to be changed after it was handed over. */
  readonly children: ReadonlyMap<string, Uint8Array | null>;
  /** Null when there is no such node; then `data` is null and `children` empty. */
  readonly stat: NodeStat | null;
}

const noChildren: ReadonlyMap<string, null> = new Map();

/** A node that does not exist. */
export function absentNode(path: string): RawNode {
  return { path, data: null, children: noChildren, stat: null };
}
