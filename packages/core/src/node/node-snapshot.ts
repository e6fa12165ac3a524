import type { NodeStat } from './node-stat.js';

/** What JSON can say. Deeply frozen when it comes from a registry. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A node's decoded data: always an object. Text that is not a JSON object reads as `{ string_value: text }`. */
export type NodeData = { readonly [key: string]: JsonValue };

/**
 * A node as it was at one moment: the four things that the Python package returns. Deeply frozen.
 * Two snapshots of one path that are equal are the same object, so `===` tells a change.
 *
 * @typeParam Data what you expect the data to be, as in `get<Meta>(path)`. Nothing checks it: other clients may have written
 * something else.
 */
export interface NodeSnapshot<Data extends object = NodeData> {
  readonly path: string;
  /** Decoded data; null when the node has none or does not exist. */
  readonly data: Data | null;
  /**
   * Name to that child's data (null when it has none, or when only names were asked for). No prototype, so any name is
   * safe. In the order of the names, except that JavaScript itself puts whole numbers (`"7"`) first.
   */
  readonly children: Readonly<Record<string, Data | null>>;
  /** Null when there is no such node. As fresh as `children`. */
  readonly stat: NodeStat | null;
}

/** What a snapshot shows of the children: their names with null for each, or their data. */
export type SnapshotDetail = 'names' | 'data';

/** Hears of a path: once with what is known, then after each change. May be async. */
export type SnapshotCallback<Data extends object = NodeData> = (snapshot: NodeSnapshot<Data>) => unknown;
