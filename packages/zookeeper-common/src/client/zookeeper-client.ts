import type { Credentials, NodeStat } from '@ndsr/core/backend';

/** A change on the servers, reported by a watch. A watch fires once; then it must be armed again. */
export interface WatchEvent {
  /** `created`, `changed` and `deleted` are about the node itself, `children` about its list of children. */
  readonly kind: 'created' | 'changed' | 'deleted' | 'children';
  readonly path: string;
}

/** An event of a client's connection, or of one of its watches. */
export type ClientEvent =
  /**
   * The session is usable. After a reconnect, every watch that was armed is armed again, or its event has been delivered
   * before this one.
   */
  | {
      readonly type: 'connected';
      readonly sessionId: bigint;
      readonly timeoutMs: number;
      /** The server that answered, if the library reports it. */
      readonly server?: ServerAddress | undefined;
    }
  /** The connection broke, `quietMs` after the last answer. The client reconnects by itself. */
  | { readonly type: 'disconnected'; readonly quietMs: number }
  /** The servers expired the session, or rejected the credentials. The client is dead: no event follows, every operation rejects. */
  | { readonly type: 'expired' }
  | { readonly type: 'watch'; readonly event: WatchEvent }
  /** A problem that belongs to no call. The client goes on. */
  | { readonly type: 'fault'; readonly error: Error };

/** Receives the events of the connection and of the watches; never called from inside a call. */
export type ClientObserver = (event: ClientEvent) => void;

/** A server: its port, and its name, its IPv4 address or its IPv6 address without brackets. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** The options of a client. */
export interface ClientOptions {
  /** At least one. Names are looked up again at each attempt, as in `NameResolver`. */
  readonly servers: readonly ServerAddress[];
  /** The session timeout to request; the servers may grant another. */
  readonly sessionTimeoutMs: number;
  /** Sent (scheme `digest`) at every connect, before anything else. */
  readonly credentials?: readonly Credentials[] | undefined;
  /** Duty 10. */
  readonly onServerFailure?: ServerFailureListener | undefined;
}

/** Receives the reason why a connection to a server failed or ended. Must not throw. */
export type ServerFailureListener = (server: ServerAddress, error: Error) => void;

/** A read, with or without a watch. */
export interface Read {
  readonly path: string;
  /** True to arm a watch on what is read. */
  readonly watch: boolean;
}

/** The lifetime of a node: until it is removed, or as long as the session. */
export type CreateMode = 'persistent' | 'ephemeral';

/** An entry of a node's ACL, in the servers' format. */
export interface AclRule {
  readonly scheme: string;
  readonly id: string;
  /** The sum of 1 to read, 2 to write, 4 to create, 8 to delete, 16 to administer. */
  readonly permissions: number;
}

/**
 * The port over one ZooKeeper client library: one client is one session, from its beginning to its end.
 *
 * Duties of a binding:
 *
 * 1. Nothing happens before `connect`, which returns at once. The observer is never called from inside a call.
 * 2. Paths are absolute server paths, checked already. No chroot: the layer above adds it.
 * 3. An operation rejects with a `ZooKeeperError` that has the servers' number. While not connected it rejects at once
 *    with CONNECTION_LOSS; so does an operation in flight when the connection breaks, and its outcome is unknown.
 *    Operations reach the server in the order of the calls, and their answers and the watch events are delivered in the
 *    server's order: the event of a write's own watch before the write resolves.
 * 4. A connection without answers is detected within 2/3 of the session timeout and broken, even if watch events still
 *    arrive; on a good connection there is an answer at least every third of the timeout (`quietMs`); attempts go through the
 *    servers in shuffled order and back off; the client never gives up before `close` or `expired`.
 * 5. `getData` of a missing node rejects with NO_NODE and arms nothing; `exists` of a missing node resolves null and
 *    arms a watch for its creation.
 * 6. A node is created with the given ACL, or open to everybody if there is none. A binding whose library cannot do that must have
 *    the same effect: at no time can a client read data that the ACL keeps from it, and a change made before the node had its ACL
 *    is detected: `create` rejects with a `TamperedError`.
 * 7. `authenticate` may be called at any time. Every later request, on this connection and each that follows, is sent
 *    after those credentials; earlier ones stay.
 * 8. `watchRecursively` arms a watch on `path` and everything below, which reports every change of a node itself, as `created`,
 *    `changed` or `deleted`, until `forget(path)`; it replaces all other watches of `path` itself, and is
 *    lost with them if `path` is read with a watch afterwards. A reconnect ends it: changes of `path` and of its list
 *    of children meanwhile have been reported before `connected`, as after any read with a watch, and their next change will be.
 * 9. `close` ends the session when connected, resolves in bounded time in every phase, leaves no socket and no timer,
 *    rejects everything in flight with CONNECTION_LOSS, and silences the observer. It may be called again.
 * 10. `onServerFailure` is called for every server whose name has no address, for every failed attempt, and for every
 *     connection that ended, before the observer is called; never after `close`. If the library gives no error, the binding
 *     makes one whose message fits into `zk1:2181 (…)`.
 */
export interface ZooKeeperClient {
  /** The time since the last answer of the servers, ms; watch events do not count as answers. Only meaningful while connected. */
  readonly quietMs: number;
  /** Begins to connect. Duties 1 and 4. */
  connect(observer: ClientObserver): void;
  /** Sends these credentials before every later request. Duty 7. */
  authenticate(credentials: Credentials): void;
  /** Ends the session if the servers can be reached. Duty 9. */
  close(): Promise<void>;
  /** The stat of a node; null if there is none, and then the watch waits for its creation. */
  exists(read: Read): Promise<NodeStat | null>;
  /** The data of a node; rejects with NO_NODE if there is none. */
  getData(read: Read): Promise<{ readonly data: Uint8Array | null; readonly stat: NodeStat }>;
  /** The names of the children of a node, in no particular order; rejects with NO_NODE if there is no such node. */
  getChildren(read: Read): Promise<{ readonly names: readonly string[]; readonly stat: NodeStat }>;
  /** Creates one node, duty 6; rejects with NO_NODE if its parent is missing, NODE_EXISTS if it exists. */
  create(path: string, data: Uint8Array | null, mode: CreateMode, acl?: readonly AclRule[]): Promise<void>;
  /** Creates an ephemeral node to whose name the servers append ten digits. Resolves to its whole path. */
  createSequential(path: string, data: Uint8Array, acl?: readonly AclRule[]): Promise<string>;
  /** Replaces the data of `version`; rejects with BAD_VERSION if the node has another version. */
  setData(path: string, data: Uint8Array, version: number): Promise<void>;
  /** Removes the node of `version`, which must have no children; rejects with BAD_VERSION or NOT_EMPTY. */
  remove(path: string, version: number): Promise<void>;
  /** Removes the node of `version` and creates another in its place, in one transaction. Absent if the library has no transactions. */
  readonly replace?: (
    path: string,
    version: number,
    data: Uint8Array,
    mode: CreateMode,
    acl?: readonly AclRule[],
  ) => Promise<void>;
  /**
   * Creates one node and removes another of any version, in one transaction. Rejects as `create` and `remove` do, and then
   * neither has happened. Absent if the library has no transactions.
   */
  readonly createAndRemove?: (
    path: string,
    data: Uint8Array,
    mode: CreateMode,
    removing: string,
    acl?: readonly AclRule[],
  ) => Promise<void>;
  /** Duty 8. Rejects with UNIMPLEMENTED if the servers do not support it. Absent if the library does not. */
  readonly watchRecursively?: (path: string) => Promise<void>;
  /**
   * Drops the watches of `path`: they need not survive a reconnect, and a recursive one ends. Returns whether one is left
   * on the servers that `removeWatches` would remove. It may be called again, to find out whether it has fired since.
   */
  forget(path: string): boolean;
  /**
   * Removes all watches of `path` itself on the servers. Rejects with UNIMPLEMENTED if they do not support it (before 3.5). Absent
   * if the library does not; then `forget` returns false.
   */
  readonly removeWatches?: (path: string) => Promise<void>;
}

/** Makes a client. Called anew for each session. */
export type ZooKeeperClientFactory = (options: ClientOptions) => ZooKeeperClient;
