import type { Credentials, NodeStat } from '@ndsr/core/backend';

/** A change on the servers that an armed watch told of. A watch tells once; then it must be armed anew. */
export interface WatchEvent {
  /** `created`, `changed` and `deleted` are about the node itself, `children` about its list of children. */
  readonly kind: 'created' | 'changed' | 'deleted' | 'children';
  readonly path: string;
}

/** What becomes of a client's connection. */
export type ClientEvent =
  /**
   * The session is usable. When it is the second or a later time, every watch that was armed is armed again, or its
   * event has been delivered before this one.
   */
  | {
      readonly type: 'connected';
      readonly sessionId: bigint;
      readonly timeoutMs: number;
      /** The server that answered, where the library tells. */
      readonly server?: ServerAddress | undefined;
    }
  /** The connection broke. `quietMs`: how long no answer had come by then. The client tries again by itself. */
  | { readonly type: 'disconnected'; readonly quietMs: number }
  /** The servers ended the session. The client is dead: nothing follows, every operation rejects. */
  | { readonly type: 'expired' }
  | { readonly type: 'watch'; readonly event: WatchEvent }
  /** Something is wrong that no call can be told of. The client goes on. */
  | { readonly type: 'fault'; readonly error: Error };

/** Is told what becomes of the connection, and what watches tell; never from inside a call. */
export type ClientObserver = (event: ClientEvent) => void;

/** A server: a name, an IPv4 or an IPv6 address without brackets, and its port. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** What a client is made with. */
export interface ClientOptions {
  /** At least one. Names are looked up again at each attempt, as `NameResolver` does it. */
  readonly servers: readonly ServerAddress[];
  /** The session timeout to ask for; the servers may grant another. */
  readonly sessionTimeoutMs: number;
  /** Sent (scheme `digest`) at every connect, before anything else is. */
  readonly credentials?: readonly Credentials[] | undefined;
  /** Duty 10. */
  readonly onServerFailure?: ServerFailureListener | undefined;
}

/** Receives why a server could not be connected to, or why the connection to it ended. Must not throw. */
export type ServerFailureListener = (server: ServerAddress, error: Error) => void;

/** What is read, and whether to hear of its next change. */
export interface Read {
  readonly path: string;
  /** Whether to arm a watch on what is read. */
  readonly watch: boolean;
}

/** How long a node lives: until it is removed, or as long as the session. */
export type CreateMode = 'persistent' | 'ephemeral';

/** A line of a node's ACL, as the servers have it. */
export interface AclRule {
  readonly scheme: string;
  readonly id: string;
  /** The sum of 1 to read, 2 to write, 4 to create, 8 to delete, 16 to administer. */
  readonly permissions: number;
}

/**
 * The port over one ZooKeeper client library: one client is one session, from its birth to its death.
 *
 * Duties of a binding:
 *
 * 1. Nothing happens before `connect`, which returns at once. The observer is never called from inside a call.
 * 2. Paths are absolute server paths, checked already. No chroot: that is the business of the layer above.
 * 3. An operation rejects with a `ZooKeeperError` that has the servers' number. While not connected it rejects at once
 *    with CONNECTION_LOSS; one under way when the connection breaks rejects with it too, and its outcome is unknown.
 *    Operations reach the server in the order of the calls, and their answers and the watch events come in the server's
 *    order: the event of a write's own watch before the write resolves.
 * 4. A connection on which no answer comes is noticed within 2/3 of the session timeout and broken, also where watch events go on
 *    coming; on a good one there is an answer at least every third of it (`quietMs`); attempts go through the servers in
 *    shuffled order and back off; none of this ever gives up before `close` or `expired`.
 * 5. `getData` of a missing node rejects with NO_NODE and arms nothing; `exists` of a missing node resolves null and
 *    arms a watch for its creation.
 * 6. A node is made with the ACL that is given, and with one that is open to all where none is. A library that cannot do so makes
 *    it look so: at no time can anybody read data of such a node whom its ACL does not let, and nobody who changed it before it
 *    had its ACL goes unnoticed: `create` rejects with a `TamperedError`.
 * 7. `authenticate` may be called at any time. Whatever is asked for later, at this connection and each that follows, is sent
 *    after those credentials; earlier ones stay.
 * 8. `watchRecursively` arms a watch on everything from `path` downwards that tells of every change of a node itself, as `created`,
 *    `changed` or `deleted`, until `forget(path)`; it takes the place of all other watches of `path` itself, and is
 *    lost with them where `path` is read with a watch afterwards. A reconnect ends it: what happened to `path` and to its list
 *    of children meanwhile has been told by `connected`, as after any read with a watch, and their next change will be.
 * 9. `close` ends the session when connected, resolves in bounded time in every phase, leaves no socket and no timer,
 *    makes everything under way reject with CONNECTION_LOSS, and silences the observer. It may be called again.
 * 10. `onServerFailure` is called for every server whose name has no address, for every attempt that failed, and for every
 *     connection that ended, before the observer is; never after `close`. An error that the library does not give is described in
 *     words that fit into `zk1:2181 (…)`.
 */
export interface ZooKeeperClient {
  /** For how long no answer has come from the servers, ms; watch events are none. Means something only while connected. */
  readonly quietMs: number;
  /** Begins to connect. Duties 1 and 4. */
  connect(observer: ClientObserver): void;
  /** Sends those credentials before whatever is asked for later. Duty 7. */
  authenticate(credentials: Credentials): void;
  /** Ends the session where the servers can be reached. Duty 9. */
  close(): Promise<void>;
  /** The stat of a node; null where there is none, and then the watch waits for it. */
  exists(read: Read): Promise<NodeStat | null>;
  /** The bytes of a node; rejects with NO_NODE where there is none. */
  getData(read: Read): Promise<{ readonly data: Uint8Array | null; readonly stat: NodeStat }>;
  /** The names of the children of a node, in no order; rejects with NO_NODE where there is none. */
  getChildren(read: Read): Promise<{ readonly names: readonly string[]; readonly stat: NodeStat }>;
  /** Creates one node, duty 6; rejects with NO_NODE where its parent is missing, NODE_EXISTS where it is there. */
  create(path: string, data: Uint8Array | null, mode: CreateMode, acl?: readonly AclRule[]): Promise<void>;
  /** Creates an ephemeral node whose name is completed by the servers, with ten digits. Resolves with its whole path. */
  createSequential(path: string, data: Uint8Array, acl?: readonly AclRule[]): Promise<string>;
  /** Writes over the data of `version`; rejects with BAD_VERSION where they are others. */
  setData(path: string, data: Uint8Array, version: number): Promise<void>;
  /** Removes the childless node of `version`; rejects with BAD_VERSION or NOT_EMPTY. */
  remove(path: string, version: number): Promise<void>;
  /** Removes the node of `version` and creates another in its place in one transaction. Absent where there is none. */
  readonly replace?: (
    path: string,
    version: number,
    data: Uint8Array,
    mode: CreateMode,
    acl?: readonly AclRule[],
  ) => Promise<void>;
  /** Duty 8. Rejects with UNIMPLEMENTED where the servers have no such watch. Absent where the library has none. */
  readonly watchRecursively?: (path: string) => Promise<void>;
  /**
   * No longer interested in `path`: its watches need not survive a reconnect, and one from it downwards ends. Returns whether
   * there is one left at the servers that `removeWatches` would remove.
   */
  forget(path: string): boolean;
  /**
   * Removes all watches of `path` itself at the servers. Rejects with UNIMPLEMENTED where they cannot (before 3.5). Absent where
   * the library cannot; then `forget` returns false.
   */
  readonly removeWatches?: (path: string) => Promise<void>;
}

/** Makes a client. Called anew for each session. */
export type ZooKeeperClientFactory = (options: ClientOptions) => ZooKeeperClient;
