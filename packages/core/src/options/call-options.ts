import type { DataInput, WritableData } from '../node/data-input.js';
import type { NodeKind } from '../node/node-kind.js';
import type { NodeData, SnapshotCallback, SnapshotDetail } from '../node/node-snapshot.js';

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

/** How much of the children a view shows. */
export interface ViewOptions {
  /**
   * `data`: each child with its data, followed too, at the cost of one watch per child. `names`: the names alone.
   * @default 'data'
   */
  readonly children?: SnapshotDetail | undefined;
}

/** What `get` takes. */
export interface GetOptions<Data extends object = NodeData> extends ViewOptions {
  /** As `addCallback`: runs with the result before `get` resolves, and after each change from then on. */
  readonly callback?: SnapshotCallback<Data> | undefined;
  /**
   * Waits up to that long, ms, until there are at least `minChildren` children, and for a connection if there is none.
   * `onTimeout` decides what happens then.
   * @default 0
   */
  readonly waitMs?: number | undefined;
  /**
   * How many children `waitMs` waits for; refused without it.
   * @default 1
   */
  readonly minChildren?: number | undefined;
  /**
   * When there are too few children at the end of `waitMs`: `reject` rejects with a `TimeoutError`; `resolve` resolves to
   * the snapshot as it is, as the Python package does. Refused without `waitMs`.
   * @default 'reject'
   */
  readonly onTimeout?: 'reject' | 'resolve' | undefined;
  /** Ends the wait: the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface WatchOptions extends ViewOptions {
  /** Ends the iteration: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What `set` takes. */
export interface SetOptions<T extends WritableData<T> = DataInput | null> {
  /** An object of JSON values, or text. Left out, what is there already stays; a new node gets `pid` and `created`. */
  readonly data?: WritableData<T> | undefined;
  /**
   * False: the node shall not be there.
   * @default true
   */
  readonly state?: boolean | undefined;
  /**
   * `ephemeral` lives as long as this registry's session; `persistent` until it is removed.
   * @default 'ephemeral'
   */
  readonly kind?: NodeKind | undefined;
}

/** What `setNode` and `setData` take. */
export interface SetStateOptions {
  /**
   * False: the node shall not be there.
   * @default true
   */
  readonly state?: boolean | undefined;
}

/** What `unset` takes. */
export interface UnsetOptions {
  /**
   * Removes the node also when it belongs to another live session.
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
export const watchShape: OptionsShape = { ...viewShape, signal: abortSignal };
/** `set(path, { state: 'enabled' })` is what somebody writes who means the node's data. */
const state: Expectation = {
  ...boolean,
  hint: (value) =>
    typeof value === 'string' ? "'state' says whether the node exists; what it contains goes into 'data'" : undefined,
};

export const setShape: OptionsShape = { data: anything, state, kind: oneOf('ephemeral', 'persistent') };
export const setStateShape: OptionsShape = { state };
export const unsetShape: OptionsShape = { force: boolean };
