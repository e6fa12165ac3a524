import type { Socket } from 'node:net';

/**
 * The few members of node-zookeeper-client that this package uses, including internal ones.
 * The published types contain only the public ones, and declare every error argument as always present.
 */
export interface LibraryClient {
  readonly connectionManager: ConnectionManager;
  addAuthInfo(scheme: string, auth: Buffer): void;
  exists(path: string, watcher: LibraryWatcher | undefined, callback: Callback<[stat: LibraryStat | null]>): void;
  getData(
    path: string,
    watcher: LibraryWatcher | undefined,
    callback: Callback<[data: Buffer | undefined, stat: LibraryStat]>,
  ): void;
  getChildren(
    path: string,
    watcher: LibraryWatcher | undefined,
    callback: Callback<[names: string[] | undefined, stat: LibraryStat]>,
  ): void;
  create(
    path: string,
    data: Buffer | undefined,
    acls: LibraryAcl[] | undefined,
    mode: number,
    callback: Callback<[string]>,
  ): void;
  setData(path: string, data: Buffer, version: number, callback: Callback<[LibraryStat]>): void;
  remove(path: string, version: number, callback: Callback<[]>): void;
  transaction(): LibraryTransaction;
}

/** An instance of the library's own class. */
export type LibraryAcl = object;

export type LibraryWatcher = () => void;

/** With an error the values are missing. */
type Callback<Values extends unknown[]> = (error: unknown, ...values: Values) => void;

/** 64-bit fields are eight bytes, big-endian. */
export interface LibraryStat {
  readonly czxid: Buffer;
  readonly mzxid: Buffer;
  readonly ctime: Buffer;
  readonly mtime: Buffer;
  readonly version: number;
  readonly cversion: number;
  readonly aversion: number;
  readonly ephemeralOwner: Buffer;
  readonly dataLength: number;
  readonly numChildren: number;
  readonly pzxid: Buffer;
}

export interface LibraryTransaction {
  readonly ops: { version: number }[];
  create(path: string, data: Buffer, acls: LibraryAcl[] | undefined, mode: number): unknown;
  remove(path: string, version: number): unknown;
  commit(callback: Callback<[]>): void;
}

/** `lib/ConnectionManager.js`: matches replies to requests and decodes them. */
export interface ConnectionManager {
  state: number;
  socket: Socket | undefined;
  pendingBuffer: Buffer | null;
  xid: number;
  /** The last transaction seen: the servers use it to find missed events. */
  readonly zxid: Buffer;
  readonly sessionId: Buffer;
  readonly sessionTimeout: number;
  readonly watcherManager: WatcherManager;
  /** Requests that are not sent yet. */
  readonly packetQueue: { queue: Packet[] };
  /** Requests that are sent and not answered yet. */
  pendingQueue: Packet[];
  setState(state: number): void;
  queue(request: LibraryRequest, callback?: Packet['callback']): void;
  close(): void;
  onSocketConnected(): void;
  onSocketData(data: Buffer): void;
  onSocketDrain(): void;
  onSocketTimeout(): void;
}

/** The used values of `ConnectionManager.STATES`. */
export const libraryStates = { disconnected: 0, connecting: 1, connected: 2, expired: -3, authFailed: -4 } as const;

interface Packet {
  readonly request: LibraryRequest;
  readonly callback: (error?: unknown) => void;
}

export interface LibraryRequest {
  readonly header: { xid: number; readonly type: number };
  readonly payload: unknown;
  toBuffer(): Buffer;
}

/** `lib/WatcherManager.js`: path to the listeners of a watch. */
export interface WatcherManager {
  readonly dataWatchers: Record<string, unknown>;
  readonly existenceWatchers: Record<string, unknown>;
  readonly childWatchers: Record<string, unknown>;
  isEmpty(): boolean;
  emit(event: { readonly type: number; readonly path: string }): void;
}
