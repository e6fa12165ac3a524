import type { Socket } from 'node:net';

/**
 * The few members of node-zookeeper-client that this package uses, its insides among them.
 * The published types know only the outside, and have every error argument always present.
 */
export interface LibraryClient {
  readonly connectionManager: ConnectionManager;
  addAuthInfo(scheme: string, auth: Buffer): void;
  exists(path: string, watcher: Watcher | undefined, callback: Callback<[stat: LibraryStat | null]>): void;
  getData(
    path: string,
    watcher: Watcher | undefined,
    callback: Callback<[data: Buffer | undefined, stat: LibraryStat]>,
  ): void;
  getChildren(
    path: string,
    watcher: Watcher | undefined,
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

/** Made by the library's own class, and by nobody else. */
export type LibraryAcl = object;

export type Watcher = () => void;

/** With an error the values are missing. */
type Callback<Values extends unknown[]> = (error: unknown, ...values: Values) => void;

/** 64 bits wide fields are eight bytes, big-endian. */
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
  /** Last transaction seen: what the servers go by when they look for missed events. */
  readonly zxid: Buffer;
  readonly sessionId: Buffer;
  readonly sessionTimeout: number;
  readonly watcherManager: WatcherManager;
  /** Not yet sent. */
  readonly packetQueue: { queue: Packet[] };
  /** Sent, not yet answered. */
  pendingQueue: Packet[];
  setState(state: number): void;
  queue(request: LibraryRequest, callback?: Packet['callback']): void;
  close(): void;
  onSocketConnected(): void;
  onSocketData(data: Buffer): void;
  onSocketDrain(): void;
  onSocketTimeout(): void;
}

/** `ConnectionManager.STATES`, as far as used. */
export const states = { disconnected: 0, connecting: 1, connected: 2, expired: -3, authFailed: -4 } as const;

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
