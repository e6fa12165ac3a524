import type { Credentials, NodeStat } from '@ndsr/core/backend';
import {
  type AclRule,
  type ClientObserver,
  type ClientOptions,
  type CreateMode,
  opCodes,
  type Read,
  type ZooKeeperClient,
} from '@ndsr/zookeeper-common';
import { type ClientEnvironment, ClientSession } from './session/client-session.js';
import type { WatchKind } from './watch/watch-table.js';
import type { ValueOf } from './wire/jute-types.js';
import { operations } from './wire/operations.js';
import type { acl as aclRecord } from './wire/records.js';
import type { WireOperation } from './wire/wire-operation.js';

/** `org.apache.zookeeper.CreateMode` */
const flags = { persistent: 0, ephemeral: 1, ephemeralSequential: 3 } as const;
const anyVersion = -1;
/** `org.apache.zookeeper.AddWatchMode.PERSISTENT_RECURSIVE` */
const recursiveMode = 1;
/** `org.apache.zookeeper.Watcher.WatcherType.Any` */
const anyType = 3;
/** `org.apache.zookeeper.ZooDefs.Ids.OPEN_ACL_UNSAFE` */
const openAcl = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }];

/** Creates a client. */
export function createZooKeeperClient(options: ClientOptions, environment: ClientEnvironment = {}): ZooKeeperClient {
  return new NdsrZooKeeperClient(options, environment);
}

/** Implements the client port on the ZooKeeper protocol itself. */
class NdsrZooKeeperClient implements ZooKeeperClient {
  readonly #session: ClientSession;

  constructor(options: ClientOptions, environment: ClientEnvironment) {
    this.#session = new ClientSession(options, environment);
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
    return this.#read(operations.exists, read, 'data');
  }

  getData(read: Read): Promise<{ readonly data: Uint8Array | null; readonly stat: NodeStat }> {
    return this.#read(operations.getData, read, 'data');
  }

  getChildren(read: Read): Promise<{ readonly names: readonly string[]; readonly stat: NodeStat }> {
    return this.#read(operations.getChildren, read, 'child');
  }

  create(path: string, data: Uint8Array | null, mode: CreateMode, acl?: readonly AclRule[]): Promise<void> {
    return this.#call(operations.create, createBody(path, data, flags[mode], acl));
  }

  createSequential(path: string, data: Uint8Array, acl?: readonly AclRule[]): Promise<string> {
    return this.#call(operations.createSequential, createBody(path, data, flags.ephemeralSequential, acl));
  }

  setData(path: string, data: Uint8Array, version: number): Promise<void> {
    return this.#call(operations.setData, { path, data, version });
  }

  remove(path: string, version: number): Promise<void> {
    return this.#call(operations.remove, { path, version });
  }

  replace(path: string, version: number, data: Uint8Array, mode: CreateMode, acl?: readonly AclRule[]): Promise<void> {
    return this.#call(operations.multi, [
      { type: opCodes.remove, body: { path, version } },
      { type: opCodes.create, body: createBody(path, data, flags[mode], acl) },
    ]);
  }

  createAndRemove(
    path: string,
    data: Uint8Array,
    mode: CreateMode,
    removing: string,
    acl?: readonly AclRule[],
  ): Promise<void> {
    return this.#call(operations.multi, [
      { type: opCodes.create, body: createBody(path, data, flags[mode], acl) },
      { type: opCodes.remove, body: { path: removing, version: anyVersion } },
    ]);
  }

  async watchRecursively(path: string): Promise<void> {
    const { watches } = this.#session;
    watches.addRecursive(path);
    try {
      await this.#call(operations.addWatch, { path, mode: recursiveMode });
    } catch (error) {
      watches.removeRecursive(path);
      throw error;
    }
  }

  forget(path: string): boolean {
    const { watches } = this.#session;
    const isRecursive = watches.isRecursive(path);
    const isArmed = watches.forget(path);
    if (!isRecursive) return isArmed;
    // A failure is ignored: then there is no such watch, for lack of a connection or of server support.
    this.removeWatches(path).catch(() => undefined);
    return false;
  }

  removeWatches(path: string): Promise<void> {
    this.#session.watches.removed(path);
    return this.#call(operations.removeWatches, { path, type: anyType });
  }

  #read<Reply>(
    operation: WireOperation<{ readonly path: string; readonly watch: boolean }, Reply>,
    { path, watch }: Read,
    kind: WatchKind,
  ): Promise<Reply> {
    return this.#call(operation, { path, watch }, watch ? { path, kind } : undefined);
  }

  #call<Body, Reply>(
    operation: WireOperation<Body, Reply>,
    body: Body,
    watch?: { readonly path: string; readonly kind: WatchKind },
  ): Promise<Reply> {
    return this.#session.call(operation, body, watch);
  }
}

function createBody(path: string, data: Uint8Array | null, flags: number, acl?: readonly AclRule[]) {
  return { path, data, acl: acl === undefined ? openAcl : acl.map(toRecord), flags };
}

function toRecord({ scheme, id, permissions }: AclRule): ValueOf<typeof aclRecord> {
  return { perms: permissions, id: { scheme, id } };
}
