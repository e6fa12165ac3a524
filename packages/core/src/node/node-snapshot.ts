import type { NodeStat } from './node-stat.js';

/** A JSON value. Deeply frozen if it comes from a registry. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A node's decoded data: always an object. Text that is not a JSON object reads as `{ string_value: text }`. */
export type NodeData = { readonly [key: string]: JsonValue };

/**
 * A node as it was at one moment: the four fields that the Python package returns. Deeply frozen.
 * Equal snapshots of one path are the same object, so `===` detects a change.
 *
 * @typeParam Data the type that you expect of the data, as in `get<Meta>(path)`. It is not checked: other clients may
 * have written something else.
 */
export interface NodeSnapshot<Data extends object = NodeData> {
  readonly path: string;
  /** Decoded data; null if the node has none or does not exist. */
  readonly data: Data | null;
  /**
   * Maps each child's name to its data (null if it has none, or if only names were requested). Has no prototype, so any
   * name is safe. In the order of the names, except that JavaScript itself puts integer keys (`"7"`) first.
   */
  readonly children: Readonly<Record<string, Data | null>>;
  /** Null if the node does not exist. As current as `children`. */
  readonly stat: NodeStat | null;
}

/** How a snapshot shows the children: their names, with null for each, or their data. */
export type SnapshotDetail = 'names' | 'data';
