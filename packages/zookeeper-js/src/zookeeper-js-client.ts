import type { Credentials, NodeStat } from '@ndsr/core/backend';
import type { AclRule, ClientObserver, ClientOptions, CreateMode, Read, ZooKeeperClient } from '@ndsr/zookeeper-common';
import type { JsSettle } from './library/js-calls.js';
import { JsSession, type JsSessionEnvironment } from './library/js-session.js';
import { removeVersion, toLibraryAcl } from './library/library-client.js';
import type { LibraryClient, LibraryStat, LibraryWatcher } from './library/library-types.js';
import { addWatchRequest, removeWatchesRequest } from './library/raw-request.js';

const modes: Record<CreateMode, number> = { persistent: 0, ephemeral: 1 };
const ephemeralSequential = 3;
const anyVersion = -1;
const nothing = (): void => undefined;

/** Creates a client over node-zookeeper-client. */
export function createZooKeeperJsClient(
  options: ClientOptions,
  environment: JsSessionEnvironment = {},
): ZooKeeperClient {
  return new ZooKeeperJsClient(options, environment);
}

/** Implements the client port with node-zookeeper-client. The workarounds for that library's defects are in `library/`. */
export class ZooKeeperJsClient implements ZooKeeperClient {
  readonly #session: JsSession;

  constructor(options: ClientOptions, environment: JsSessionEnvironment = {}) {
    this.#session = new JsSession(options, environment);
  }

  get quietMs(): number {
    return this.#session.quietMs;
  }

  connect(observer: ClientObserver): void {
    this.#session.connect(observer);
  }

  authenticate(credentials: Credentials): void {
    this.#session.authenticate(credentials);
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  exists(read: Read): Promise<NodeStat | null> {
    return this.#read<NodeStat | null>(read, (client, watcher, settle) =>
      client.exists(read.path, watcher, (error, stat) => settle(error, () => (stat ? toNodeStat(stat) : null))),
    );
  }

  getData(read: Read): Promise<{ readonly data: Uint8Array | null; readonly stat: NodeStat }> {
    return this.#read<{ data: Uint8Array | null; stat: NodeStat }>(read, (client, watcher, settle) =>
      client.getData(read.path, watcher, (error, data, stat) =>
        settle(error, () => ({ data: data ?? null, stat: toNodeStat(stat) })),
      ),
    );
  }

  getChildren(read: Read): Promise<{ readonly names: readonly string[]; readonly stat: NodeStat }> {
    return this.#read<{ names: readonly string[]; stat: NodeStat }>(read, (client, watcher, settle) =>
      client.getChildren(read.path, watcher, (error, names, stat) =>
        settle(error, () => ({ names: names ?? [], stat: toNodeStat(stat) })),
      ),
    );
  }

  create(path: string, data: Uint8Array | null, mode: CreateMode, acl?: readonly AclRule[]): Promise<void> {
    return this.#session.call<void>((client, settle) => {
      const bytes = data === null ? undefined : toBuffer(data);
      client.create(path, bytes, toLibraryAcl(acl), modes[mode], (error) => settle(error, nothing));
    });
  }

  createSequential(path: string, data: Uint8Array, acl?: readonly AclRule[]): Promise<string> {
    return this.#session.call<string>((client, settle) =>
      client.create(path, toBuffer(data), toLibraryAcl(acl), ephemeralSequential, (error, made) =>
        settle(error, () => made),
      ),
    );
  }

  setData(path: string, data: Uint8Array, version: number): Promise<void> {
    return this.#write((client, done) => client.setData(path, toBuffer(data), version, done));
  }

  remove(path: string, version: number): Promise<void> {
    return this.#write((client, done) => client.remove(path, version, done));
  }

  replace(path: string, version: number, data: Uint8Array, mode: CreateMode, acl?: readonly AclRule[]): Promise<void> {
    return this.#write((client, done) => {
      const transaction = client.transaction();
      removeVersion(transaction, path, version);
      transaction.create(path, toBuffer(data), toLibraryAcl(acl), modes[mode]);
      transaction.commit(done);
    });
  }

  createAndRemove(
    path: string,
    data: Uint8Array,
    mode: CreateMode,
    removing: string,
    acl?: readonly AclRule[],
  ): Promise<void> {
    return this.#write((client, done) => {
      const transaction = client.transaction();
      transaction.create(path, toBuffer(data), toLibraryAcl(acl), modes[mode]);
      transaction.remove(removing, anyVersion);
      transaction.commit(done);
    });
  }

  watchRecursively(path: string): Promise<void> {
    return this.#write((client, done) => {
      this.#session.watches.addRecursive(path);
      client.connectionManager.queue(addWatchRequest(path), done);
    });
  }

  forget(path: string): boolean {
    const { watches } = this.#session;
    const isRecursive = watches.recursive.has(path);
    const isArmed = watches.forget(path);
    if (!isRecursive) return isArmed;
    // A failure is ignored: then there is no such watch, for lack of a connection or of server support.
    this.removeWatches(path).catch(() => undefined);
    return false;
  }

  removeWatches(path: string): Promise<void> {
    return this.#write((client, done) => {
      this.#session.watches.removed(path);
      client.connectionManager.queue(removeWatchesRequest(path), done);
    });
  }

  #read<T>(
    { path, watch }: Read,
    start: (client: LibraryClient, watcher: LibraryWatcher | undefined, settle: JsSettle<T>) => void,
  ): Promise<T> {
    const { watches } = this.#session;
    return this.#session.call<T>((client, settle) => {
      if (!watch) return start(client, undefined, settle);
      const armed = watches.startRead(path);
      start(client, watches.watcher, (error, value) => {
        armed();
        settle(error, value);
      });
    });
  }

  #write(start: (client: LibraryClient, done: (error: unknown) => void) => void): Promise<void> {
    return this.#session.call<void>((client, settle) => start(client, (error) => settle(error, nothing)));
  }
}

/** The library accepts only a `Buffer`: it stores other bytes as null, without an error. */
function toBuffer(data: Uint8Array): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

function toNodeStat(stat: LibraryStat): NodeStat {
  return {
    czxid: stat.czxid.readBigInt64BE(),
    mzxid: stat.mzxid.readBigInt64BE(),
    ctime: Number(stat.ctime.readBigInt64BE()),
    mtime: Number(stat.mtime.readBigInt64BE()),
    version: stat.version,
    cversion: stat.cversion,
    aversion: stat.aversion,
    ephemeralOwner: stat.ephemeralOwner.readBigInt64BE(),
    dataLength: stat.dataLength,
    numChildren: stat.numChildren,
    pzxid: stat.pzxid.readBigInt64BE(),
  };
}
