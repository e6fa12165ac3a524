import type { DataInput, WritableData } from '../node/data-input.js';
import type { SnapshotCallback } from '../node/node-changes.js';
import type { NodeKind } from '../node/node-kind.js';
import type { NodeData, SnapshotDetail } from '../node/node-snapshot.js';

import {
  abortSignal,
  aFunction,
  anything,
  boolean,
  count,
  durationMs,
  type Expectation,
  type OptionsShape,
  oneOf,
} from './check-options.js';

/** How much of the children a call shows. */
export interface ViewOptions {
  /**
   * `data`: each child with its data, which is watched too, at the cost of one watch per child. `names`: the names
   * only.
   * @default 'data'
   */
  readonly children?: SnapshotDetail | undefined;
}

/** Options of `get`. */
export interface GetOptions<Data extends object = NodeData> extends ViewOptions {
  /** Like `addCallback`: runs with the result before `get` resolves, and then after each change. */
  readonly callback?: SnapshotCallback<Data> | undefined;
  /**
   * Waits up to this long, ms, for at least `minChildren` children, and for a connection if there is none. `onTimeout`
   * decides what happens afterwards.
   * @default 0
   */
  readonly waitMs?: number | undefined;
  /**
   * The number of children that `waitMs` waits for. Not allowed without it.
   * @default 1
   */
  readonly minChildren?: number | undefined;
  /**
   * The result if there are too few children after `waitMs`: `reject` rejects with a `TimeoutError`; `resolve` resolves
   * to the snapshot as it is, like the Python package. Not allowed without `waitMs`.
   * @default 'reject'
   */
  readonly onTimeout?: 'reject' | 'resolve' | undefined;
  /** Cancels the wait: the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `watch`. */
export interface WatchOptions extends ViewOptions {
  /** Ends the iteration, which rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * True to iterate over `{ snapshot, changes }` instead of snapshots; see `WatchChangesOptions`.
   * @default false
   */
  readonly changes?: false | undefined;
}

/** Options of `watch` with `changes`. */
export interface WatchChangesOptions extends Omit<WatchOptions, 'changes'> {
  /** Iterates over `NodeUpdate`: each snapshot, and what differs from the one that the loop received before. */
  readonly changes: true;
}

/** Options of `set`. */
export interface SetOptions<T extends WritableData<T> = DataInput | null> {
  /** An object of JSON values, or text. If omitted, existing data stays; a new node gets `pid` and `created`. */
  readonly data?: WritableData<T> | undefined;
  /**
   * False to remove the node.
   * @default true
   */
  readonly state?: boolean | undefined;
  /**
   * `ephemeral` lives as long as this registry's session; `persistent` lives until it is removed.
   * @default 'ephemeral'
   */
  readonly kind?: NodeKind | undefined;
}

/** Options of `setNode` and `setData`. */
export interface SetStateOptions {
  /**
   * False to remove the node.
   * @default true
   */
  readonly state?: boolean | undefined;
}

/** Options of `unset`. */
export interface UnsetOptions {
  /**
   * Removes the node even if it belongs to another live session.
   * @default false
   */
  readonly force?: boolean | undefined;
}

export const viewShape: OptionsShape = { children: oneOf('data', 'names') };
export const getShape: OptionsShape = {
  ...viewShape,
  callback: aFunction,
  waitMs: durationMs,
  minChildren: count,
  onTimeout: oneOf('reject', 'resolve'),
  signal: abortSignal,
};
export const watchShape: OptionsShape = { ...viewShape, signal: abortSignal, changes: boolean };
/** `set(path, { state: 'enabled' })` is a likely mistake for the node's data. */
const state: Expectation = {
  ...boolean,
  hint: (value) =>
    typeof value === 'string' ? "'state' says whether the node exists; what it contains goes into 'data'" : undefined,
};

export const setShape: OptionsShape = { data: anything, state, kind: oneOf('ephemeral', 'persistent') };
export const setStateShape: OptionsShape = { state };
export const unsetShape: OptionsShape = { force: boolean };
