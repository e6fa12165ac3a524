import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { NodeKind } from '../node/node-kind.js';
import type { Credentials } from '../options/credentials.js';
import type { ChildDetail, RawNode } from './raw-node.js';

/**
 * The most bytes that path and data of one node take together, on every backend, so that what one takes all take.
 * ZooKeeper's servers cut the connection at 1 MiB a request, which looks like a network fault; this leaves room for the
 * rest of the request, an ACL among it.
 */
export const maxNodeBytes = 1_000_000;

/** Where backends may differ. */
export interface BackendCapabilities {
  /** Whether `create` with `replacing` is one step, so that no watcher can see the node absent in between. */
  readonly atomicReplace: boolean;
  /** Whether its open sockets and timers leave the process free to end, so that the registry can decide on it (`keepAlive`). */
  readonly letsProcessEnd: boolean;
  /**
   * Whether every operation ends by itself with `TimeoutError` when it has no answer after the `requestTimeoutMs` of the context. Time
   * in a queue of the backend does not count while what is before it is answered; a bound must still end every operation. Where it
   * does not, the registry sees to it, for the price of a promise each, and counts all time. @default false
   */
  readonly boundsOperations?: boolean;
}

/** A session: what ephemeral nodes live and die with. */
export interface Session {
  readonly id: bigint;
  /** How long the servers keep the session without hearing from it, ms, as negotiated; `Infinity` for never. */
  readonly timeoutMs: number;
}

/** Why one server could not be connected to, the last time that it was tried. */
export interface ServerFailure {
  /** For people: `zk1:2181`, `[::1]:2181`. Never with a user or a password. */
  readonly server: string;
  /** Shown by its `code` where that is one of the operating system (`ECONNREFUSED`), and by its message otherwise. */
  readonly error: Error;
}

/** What becomes of a backend's connection. See the duties of `RegistryBackend`. */
export type ConnectionEvent =
  | {
      readonly type: 'connected';
      readonly session: Session;
      /** For people: the server that answered, where that is known. */
      readonly server?: string | undefined;
    }
  /** The connection broke; the session may be alive. `quietMs`: for how long no answer had come by then. */
  | { readonly type: 'suspended'; readonly quietMs: number; readonly cause?: unknown }
  /** The servers ended the session, or the backend gave it up: its ephemeral nodes are gone or going. */
  | { readonly type: 'lost'; readonly cause?: unknown }
  /** Something is wrong that no call can be told of; the backend goes on by itself. */
  | { readonly type: 'fault'; readonly error: ServiceRegistryError };

/** Is told what becomes of the connection; never from inside a call of the port. */
export type ConnectionObserver = (event: ConnectionEvent) => void;

/** Receives what a watch sees. Neither method throws. */
export interface WatchObserver {
  /** The whole node, now. */
  node(node: RawNode): void;
  /** The node cannot be read at the moment (not permitted, for one); the backend goes on trying by itself. */
  fault(error: ServiceRegistryError): void;
}

/** A running watch. `dispose` ends it: the observer is not called again, not even by what is under way. */
export interface BackendWatch {
  /** May be called again. */
  dispose(): void;
  /**
   * Whether what it is to deliver waits for its turn in a queue of the backend, and the servers have answered something since
   * `since`, a time of the context's clock: the time limit of a `get` that waits for it does not run then. Left out where there is
   * no such queue.
   */
  isPaused?(since: number): boolean;
}

/** How much of a node is read or watched. */
export interface ReadOptions {
  /** Nothing of its children, their names, or their names and data. */
  readonly children: ChildDetail;
}

/** What is created. */
export interface CreateOptions {
  /** Whether it goes with the session of this backend. */
  readonly kind: NodeKind;
  /** Its bytes; none for a node without data. The buffer is the caller's again when the call has returned. */
  readonly data: Uint8Array;
  /** Data version of the childless node that stands there and gives way to the new one; null: the path must be free. */
  readonly replacing: number | null;
  /** Where nodes have ACLs: all parents that are missing are made open to all. Else the direct parent gets the node's own. */
  readonly openParents?: boolean;
}

/**
 * The port: what a registry needs of a store. Complete, checked, normalised arguments come in, whole values go out.
 *
 * Duties of an implementation:
 *
 * 1. `connect` is called once, first. It returns at once and goes on trying until `close`.
 * 2. Observers (of the connection, of watches) are never called from inside a call of the port, only later.
 * 3. Connection events alternate: `connected`, then `suspended` or `lost`. After `suspended` comes `connected` with the
 *    same session, or `lost`. After `lost` a new session is made without being asked: `connected` with another id.
 * 4. An operation that cannot be sent rejects at once with `NoConnectionError`; nothing is queued. One that was under
 *    way when the connection broke rejects with it too, and its outcome is unknown.
 * 5. Failures reject with `NoNodeError` (write, remove, create with `replacing`), `NodeExistsError` (create),
 *    `BadVersionError`, `NotEmptyError` (remove, create with `replacing`), `NotAuthorizedError`, else `BackendError`. A
 *    missing node is no failure of `read`: it is a node with a null `stat`.
 * 6. `create` makes the parents that are missing: persistent, without data. Zero bytes and no data are one: null.
 * 7. `watch` delivers the whole node soon after it began, after each change, and once after each `connected` whether
 *    anything changed or not. Changes may be merged; the last state is always delivered; a state older than one already
 *    delivered never is. A path that does not exist, comes, goes and comes again, or whose parent comes later, is
 *    followed through all of it. Nothing is delivered while disconnected; a watch begun then starts when the connection
 *    comes. With `children: 'none'` nothing is told of children that come and go, so the stat's account of them may be old.
 * 8. A write resolves only after every watch of this backend that shows the node (its own, and its parent's list) has
 *    delivered the result, unless the connection broke first. So a registry reads its own writes.
 * 9. An ephemeral node lives as long as the session; `close` ends the session where it can be reached.
 * 10. `close` ends every watch, rejects what is under way with `NoConnectionError`, leaves no timer and no socket behind,
 *     never rejects, and may be called again.
 * 11. `authenticate` may be called at any time, before `connect` too: whatever is asked for later is asked for as those as well,
 *     in this connection and in each that follows, beside the credentials of the context and of earlier calls. New nodes belong
 *     to the latest. Where there is nothing of the kind it does nothing.
 * 12. `serverFailures`, where there is one, lists every configured server with the error of the last attempt at it since the last
 *     connection, known or not (`no answer yet`). It is read when an error is made for a caller, so it must be cheap, must not
 *     block and must not throw; empty while connected. It still answers after `close`.
 */
export interface RegistryBackend {
  /** As in `NoConnectionError` messages and configuration: `memory`, `zookeeper-js`. */
  readonly name: string;
  readonly capabilities: BackendCapabilities;
  /**
   * For how long no answer has come from the servers, ms; notices of changes are none. 0 where nothing goes over a wire.
   * Means something only while connected, and is then less than the session timeout.
   */
  readonly quietMs: number;
  /** Why there is no connection, server by server. Left out where that is not known. Duty 12. */
  readonly serverFailures?: readonly ServerFailure[] | undefined;
  /** Begins to connect, and goes on until `close`. `observer` hears of each connection and its end. Duties 1 to 3. */
  connect(observer: ConnectionObserver): void;
  /** Asks for everything as those too, from now on. Duty 11. */
  authenticate(credentials: Credentials): void;
  /** Ends the session and everything else. Never rejects. Duty 10. */
  close(): Promise<void>;
  /** The node as it is now; one that is missing has a null `stat`. */
  read(path: string, options: ReadOptions): Promise<RawNode>;
  /** Creates the node, and parents that are missing. Duties 5, 6 and 8. */
  create(path: string, options: CreateOptions): Promise<void>;
  /**
   * Makes an ephemeral node named `path` and a number of ten digits, greater than that of any node made so before under the
   * same parent; parents as `create` makes them. Resolves with the path that it has.
   */
  createSequential(path: string, data: Uint8Array): Promise<string>;
  /** Writes `data` over the node of data version `version`. */
  write(path: string, data: Uint8Array, version: number): Promise<void>;
  /** Removes the childless node of data version `version`. */
  remove(path: string, version: number): Promise<void>;
  /** Follows the node until the watch is disposed of. Duty 7. */
  watch(path: string, options: ReadOptions, observer: WatchObserver): BackendWatch;
}
