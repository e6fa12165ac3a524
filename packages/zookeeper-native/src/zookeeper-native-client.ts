import type { Credentials, NodeStat } from '@ndsr/core/backend';
import type { AclRule, ClientObserver, ClientOptions, CreateMode, Read, ZooKeeperClient } from '@ndsr/zookeeper-common';
import { errorNumbers } from '@ndsr/zookeeper-common';
import type { NativeClient, NativeStat } from './library/library-types.js';
import type { NativeSettle } from './library/native-calls.js';
import { NativeSession, type NativeSessionEnvironment } from './library/native-session.js';
import type { WatchOrigin } from './library/native-watch-table.js';
import { checkRequestPath, checkSize, createOverhead, setOverhead, toBuffer } from './library/request-check.js';
import { type NodeRequests, RestrictedNodes, type UnsettledNode } from './library/restricted-nodes.js';

const flags: Record<CreateMode, number> = { persistent: 0, ephemeral: 1 };
const ephemeralSequential = 3;
const noBytes = new Uint8Array(0);
const nothing = (): void => undefined;

interface Creation {
  readonly path: string;
  readonly data: Uint8Array;
  readonly flags: number;
  readonly acl: readonly AclRule[] | undefined;
}

export interface NativeClientEnvironment extends NativeSessionEnvironment {
  /** Nodes that may exist without their ACL: one set shared by successive clients. @default a set of its own */
  readonly unsettled?: Set<UnsettledNode> | undefined;
}

/** Creates a client over `zookeeper`, the binding of the C client. */
export function createZooKeeperNativeClient(
  options: ClientOptions,
  environment: NativeClientEnvironment = {},
): ZooKeeperClient {
  return new ZooKeeperNativeClient(options, environment);
}

/**
 * Implements the client port with `zookeeper`. The workarounds for that library's defects are in `library/`.
 * The library cannot create nodes with an ACL: see `RestrictedNodes`. It has no transactions, so there is no `replace`; and it cannot
 * write a node without data: null becomes zero bytes.
 */
export class ZooKeeperNativeClient implements ZooKeeperClient {
  readonly #session: NativeSession;
  readonly #restricted: RestrictedNodes;

  constructor(options: ClientOptions, environment: NativeClientEnvironment = {}) {
    this.#session = new NativeSession(options, environment);
    this.#restricted = new RestrictedNodes(this.#requests(), environment.unsettled ?? new Set());
  }

  get quietMs(): number {
    return this.#session.quietMs;
  }

  connect(observer: ClientObserver): void {
    this.#session.connect(observer, (report) => this.#restricted.settle(report));
  }

  authenticate(credentials: Credentials): void {
    this.#session.authenticate(credentials);
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  exists({ path, watch }: Read): Promise<NodeStat | null> {
    return this.#call<NodeStat | null>(path, (client, settle) =>
      client.a_exists(path, watch, (code, message, stat) => {
        const isAbsent = code === errorNumbers.noNode;
        if (watch && isAbsent) this.#armed(path, { of: 'absence' });
        else if (watch && code === 0 && stat !== null) this.#armed(path, { of: 'data', zxid: stat.mzxid });
        settle(isAbsent ? 0 : code, message, () => (isAbsent || stat === null ? null : toNodeStat(stat)));
      }),
    );
  }

  getData({ path, watch }: Read): Promise<{ readonly data: Uint8Array | null; readonly stat: NodeStat }> {
    return this.#call<{ data: Uint8Array | null; stat: NodeStat }>(path, (client, settle) =>
      client.a_get(path, watch, (code, message, stat, data) => {
        if (watch && code === 0) this.#armed(path, { of: 'data', zxid: stat.mzxid });
        settle(code, message, () => ({ data, stat: toNodeStat(stat) }));
      }),
    );
  }

  getChildren({ path, watch }: Read): Promise<{ readonly names: readonly string[]; readonly stat: NodeStat }> {
    return this.#call<{ names: readonly string[]; stat: NodeStat }>(path, (client, settle) =>
      client.a_get_children2(path, watch, (code, message, names, stat) => {
        if (watch && code === 0) this.#armed(path, { of: 'children', zxid: stat.pzxid });
        settle(code, message, () => ({ names: names ?? [], stat: toNodeStat(stat) }));
      }),
    );
  }

  create(path: string, data: Uint8Array | null, mode: CreateMode, acl?: readonly AclRule[]): Promise<void> {
    // The library would write null as the text "null".
    return this.#create<void>({ path, data: data ?? noBytes, flags: flags[mode], acl }, nothing);
  }

  createSequential(path: string, data: Uint8Array, acl?: readonly AclRule[]): Promise<string> {
    return this.#create({ path, data, flags: ephemeralSequential, acl }, (made) => made);
  }

  setData(path: string, data: Uint8Array, version: number): Promise<void> {
    return this.#call<void>(path, (client, settle) => {
      const bytes = toBuffer(data);
      checkSize(path, bytes, setOverhead);
      return client.a_set(path, bytes, version, (code, message) => settle(code, message, nothing));
    });
  }

  remove(path: string, version: number): Promise<void> {
    return this.#call<void>(path, (client, settle) =>
      client.a_delete_(path, version, (code, message) => settle(code, message, nothing)),
    );
  }

  /** The library cannot remove a watch on the servers. */
  forget(path: string): boolean {
    this.#session.watches.forget(path);
    return false;
  }

  #create<T>({ path, data, flags: flag, acl }: Creation, toValue: (made: string) => T): Promise<T> {
    if (acl === undefined) return this.#createOpen(path, data, flag, toValue);
    return this.#restricted.create({ path, data, flags: flag, acl }).then(toValue);
  }

  #createOpen<T>(path: string, data: Uint8Array, flag: number, toValue: (made: string) => T): Promise<T> {
    return this.#call<T>(path, (client, settle) => {
      const bytes = toBuffer(data);
      checkSize(path, bytes, createOverhead);
      return client.a_create(path, bytes, flag, (code, message, made) => settle(code, message, () => toValue(made)));
    });
  }

  #setAcl(path: string, acl: readonly AclRule[], aclVersion: number): Promise<void> {
    const rules = acl.map(({ scheme, id, permissions }) => ({ scheme, auth: id, perm: permissions }));
    return this.#call<void>(path, (client, settle) =>
      client.a_set_acl(path, aclVersion, rules, (code, message) => settle(code, message, nothing)),
    );
  }

  #sync(path: string): Promise<void> {
    return this.#call<void>(path, (client, settle) =>
      client.a_sync(path, (code, message) => settle(code, message, nothing)),
    );
  }

  #requests(): NodeRequests {
    const session = this.#session;
    const unwatched = (path: string): Read => ({ path, watch: false });
    return {
      get sessionId() {
        return session.id;
      },
      create: (path, data, flag) => this.#createOpen(path, data, flag, (made) => made),
      setAcl: (path, acl, aclVersion) => this.#setAcl(path, acl, aclVersion),
      sync: (path) => this.#sync(path),
      getData: (path) => this.getData(unwatched(path)),
      exists: (path) => this.exists(unwatched(path)),
      getNames: async (path) => (await this.getChildren(unwatched(path))).names,
      setData: (path, data, version) => this.setData(path, data, version),
      remove: (path, version) => this.remove(path, version),
    };
  }

  #armed(path: string, sight: WatchOrigin): void {
    this.#session.watches.arm(path, sight);
  }

  #call<T>(path: string, start: (client: NativeClient, settle: NativeSettle<T>) => number): Promise<T> {
    return this.#session.call<T>((client, settle) => {
      checkRequestPath(path);
      return start(client, settle);
    });
  }
}

/** 64-bit numbers arrive as doubles: exact up to 2^53, which no ensemble reaches. */
function toNodeStat(stat: NativeStat): NodeStat {
  return {
    czxid: BigInt(stat.czxid),
    mzxid: BigInt(stat.mzxid),
    ctime: stat.ctime.getTime(),
    mtime: stat.mtime.getTime(),
    version: stat.version,
    cversion: stat.cversion,
    aversion: stat.aversion,
    ephemeralOwner: BigInt.asIntN(64, BigInt(`0x${stat.ephemeralOwner}`)),
    dataLength: stat.dataLength,
    numChildren: stat.numChildren,
    pzxid: BigInt(stat.pzxid),
  };
}
