import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { NodeKind } from '../node/node-kind.js';
import type { NodeStat } from '../node/node-stat.js';
import type { Credentials } from '../options/credentials.js';
import type { ChildDetail, RawNode } from './raw-node.js';

/**
 * The maximum size of a node's path and data together, in bytes, the same on every backend, so that every backend
 * accepts the same data. ZooKeeper's servers close the connection on a request of more than 1 MiB, which looks like a
 * network fault; this leaves room for the rest of the request, including an ACL.
 */
export const maxNodeBytes = 1_000_000;

/** Properties in which backends may differ. */
export interface BackendCapabilities {
  /** True if `create` with `replacing` is atomic: no watcher can see the node missing in between. */
  readonly atomicReplace: boolean;
  /**
   * True if the backend's open sockets and timers do not keep the process alive, so that the registry decides on it
   * (`keepAlive`).
   */
  readonly letsProcessEnd: boolean;
  /**
   * True if every operation ends by itself with `TimeoutError` when it is not answered within `requestTimeoutMs` of the
   * context. Time in a queue of the backend does not count while the operations before it are being answered, but every
   * operation must end after a bounded time. If it is false, the registry enforces the timeout, at the cost of one
   * promise per operation, and counts all time. @default false
   */
  readonly boundsOperations?: boolean;
}

/** A session: ephemeral nodes live as long as the session that created them. */
export interface Session {
  readonly id: bigint;
  /**
   * How long the servers keep the session without receiving anything from it, ms, as negotiated; `Infinity` for
   * forever.
   */
  readonly timeoutMs: number;
}

/** Why the last attempt to connect to one server failed. */
export interface ServerFailure {
  /** For display: `zk1:2181`, `[::1]:2181`. Never contains a username or a password. */
  readonly server: string;
  /** Displayed by its `code` if that is one of the operating system (`ECONNREFUSED`), otherwise by its message. */
  readonly error: Error;
}

/** A change of a backend's connection. See the duties of `RegistryBackend`. */
export type ConnectionEvent =
  | {
      readonly type: 'connected';
      readonly session: Session;
      /** For display: the server that answered, if known. */
      readonly server?: string | undefined;
    }
  /** The connection broke; the session may be alive. `quietMs`: for how long no answer had come by then. */
  | { readonly type: 'suspended'; readonly quietMs: number; readonly cause?: unknown }
  /** The servers ended the session, or the backend gave it up: its ephemeral nodes are gone or going. */
  | { readonly type: 'lost'; readonly cause?: unknown }
  /** Something is wrong that no call can be told of; the backend goes on by itself. */
  | { readonly type: 'fault'; readonly error: ServiceRegistryError };

/** Receives the changes of the connection; never called from inside a call of the port. */
export type ConnectionObserver = (event: ConnectionEvent) => void;

/** Receives what a watch delivers. Neither method throws. */
export interface WatchObserver {
  /** Receives the whole current node. */
  node(node: RawNode): void;
  /** Reports that the node cannot be read at the moment (not permitted, for example); the backend keeps trying. */
  fault(error: ServiceRegistryError): void;
}

/** A running watch. `dispose` ends it: the observer is not called again, not even by what is under way. */
export interface BackendWatch {
  /** May be called again. */
  dispose(): void;
  /**
   * True while the next delivery is waiting in a queue of the backend, and the servers have answered something since
   * `since` (a time of the context's clock): the time limit of a `get` that waits for the watch is paused then. Omitted
   * if the backend has no queue.
   */
  isPaused?(since: number): boolean;
}

/** How much of a node to read or watch. */
export interface ReadOptions {
  /** Nothing about its children, their names, or their names and data. */
  readonly children: ChildDetail;
  /**
   * False if the caller does not use the node's own data. The backend may then pass null as `data`, if that saves a request; a
   * watch need not report changes of the data. @default true
   */
  readonly data?: boolean;
}

/** Describes the node to create. */
export interface CreateOptions {
  /** `ephemeral` if the node ends with the session of this backend. */
  readonly kind: NodeKind;
  /** The data; zero bytes for a node without data. The caller may reuse the buffer once the call has returned. */
  readonly data: Uint8Array;
  /** Data version of the existing, childless node to replace; null if the path must be free. */
  readonly replacing: number | null;
  /**
   * On backends with ACLs: missing parents are created open to all. By default a missing direct parent gets the ACL of
   * the node.
   */
  readonly openParents?: boolean;
}

/** Describes the node to create while another one is removed. */
export interface CreateAndRemoveOptions extends Pick<CreateOptions, 'kind' | 'data'> {
  /** The path of the node to remove, which must have no children. Its data version does not matter. */
  readonly removing: string;
}

/** Creates one node and removes another in one step. Duty 13. */
export type CreateAndRemove = (path: string, options: CreateAndRemoveOptions) => Promise<NodeStat | null>;

/**
 * The port: everything a registry needs from a store. It receives complete, checked, normalised arguments and returns
 * whole values.
 *
 * Duties of an implementation:
 *
 * 1. `connect` is called once, first. It returns at once and keeps trying until `close`.
 * 2. Observers (of the connection and of watches) are never called from inside a call of the port, only later.
 * 3. Connection events alternate: `connected`, then `suspended` or `lost`. After `suspended` follows `connected` with
 * the same session, or `lost`. After `lost` the backend opens a new session by itself: `connected` with another id.
 * 4. An operation that cannot be sent rejects at once with `NoConnectionError`; nothing is queued. An operation in
 * flight when the connection breaks rejects with it too, and its outcome is unknown.
 * 5. Failures reject with `NoNodeError` (write, remove, create with `replacing`), `NodeExistsError` (create),
 * `BadVersionError`, `NotEmptyError` (remove, create with `replacing`), `NotAuthorizedError`, otherwise `BackendError`.
 * A missing node is not a failure of `read`: it is a node with a null `stat`.
 * 6. `create` creates missing parents: persistent, without data. Zero bytes and no data are the same: null.
 * 7. `watch` delivers the whole node soon after it starts, after each change, and once after each `connected`, whether
 * anything changed or not. Changes may be merged. The last state is always delivered; a state older than one already
 * delivered never is. A path that does not exist, that is created, deleted and created again, or whose parent is
 * created later, is followed all the time. Nothing is delivered while disconnected; a watch started then begins when
 * the connection is established. With `children: 'none'` nothing is reported about children that are created and
 * deleted, so the child fields of the stat may be out of date.
 * 8. A write resolves only after every watch of this backend that shows the node (its own, and its parent's list) has
 * delivered the result, unless the connection broke first. A registry therefore reads its own writes.
 * 9. An ephemeral node lives as long as the session; `close` ends the session if the servers can be reached.
 * 10. `close` ends every watch, rejects operations in flight with `NoConnectionError`, leaves no timer and no socket
 * behind, never rejects, and may be called again.
 * 11. `authenticate` may be called at any time, also before `connect`. Every later request is made with these
 * credentials as well, on this connection and on each later one, in addition to the credentials of the context and of
 * earlier calls. New nodes belong to the latest credentials. A backend without authentication ignores the call.
 * 12. `serverFailures`, if present, lists every configured server with the error of the last attempt to reach it since
 * the last connection, known or not (`no answer yet`). It is read when an error is created for a caller, so it must be
 * cheap, must not block and must not throw. It is empty while connected, and still answers after `close`.
 * 13. `createAndRemove`, if present, is atomic: both changes are applied, or neither, and no client sees one without the
 * other. It rejects with `NodeExistsError` if there is a node at `path`, with `NoNodeError` if its parent or the node to
 * remove is missing (no parents are created), with `NotEmptyError` if the node to remove has children. Duties 4, 5 and 8
 * apply to both nodes. Locks use it to save a request in each hand-over; without it they create, and then remove.
 */
export interface RegistryBackend {
  /** The name used in configuration and in `NoConnectionError` messages: `memory`, `zookeeper-js`. */
  readonly name: string;
  readonly capabilities: BackendCapabilities;
  /**
   * Time since the last answer from the servers, ms; watch events do not count as answers. 0 if nothing goes over a
   * wire.
   * Meaningful only while connected, and then less than the session timeout.
   */
  readonly quietMs: number;
  /** The reason for the missing connection, per server. Omitted if it is not known. Duty 12. */
  readonly serverFailures?: readonly ServerFailure[] | undefined;
  /**
   * Starts to connect, and keeps trying until `close`. `observer` receives each connection and its end. Duties 1 to 3.
   */
  connect(observer: ConnectionObserver): void;
  /** Adds credentials to every later request. Duty 11. */
  authenticate(credentials: Credentials): void;
  /** Ends the session and everything belonging to it. Never rejects. Duty 10. */
  close(): Promise<void>;
  /** Returns the current node; a missing node has a null `stat`. */
  read(path: string, options: ReadOptions): Promise<RawNode>;
  /**
   * Creates the node and its missing parents. Duties 5, 6 and 8. Resolves to the stat of the new node as it was created, or
   * to null if the backend would need another request to know it.
   */
  create(path: string, options: CreateOptions): Promise<NodeStat | null>;
  /** Omitted if the backend cannot do that in one step. Resolves as `create` does. Duty 13. */
  readonly createAndRemove?: CreateAndRemove | undefined;
  /**
   * Creates an ephemeral node named `path` plus a number of ten digits, greater than the number of any node created
   * this way before under the same parent; missing parents as for `create`. Resolves to the path of the node.
   */
  createSequential(path: string, data: Uint8Array): Promise<string>;
  /** Writes `data` to the node if its data version is `version`. */
  write(path: string, data: Uint8Array, version: number): Promise<void>;
  /** Removes the childless node if its data version is `version`. */
  remove(path: string, version: number): Promise<void>;
  /** Watches the node until the watch is disposed. Duty 7. */
  watch(path: string, options: ReadOptions, observer: WatchObserver): BackendWatch;
}
