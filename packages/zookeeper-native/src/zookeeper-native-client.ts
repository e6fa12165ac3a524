import type { NodeStat } from '@ndsr/core/backend';
import type { ClientObserver, ClientOptions, CreateMode, Read, ZooKeeperClient } from '@ndsr/zookeeper-common';
import { errorNumbers } from '@ndsr/zookeeper-common';
import type { Settle } from './library/calls.js';
import type { NativeClient, NativeStat } from './library/library-types.js';
import { checkPath, checkSize, createOverhead, setOverhead, toBuffer } from './library/request-check.js';
import { LibrarySession, type SessionEnvironment } from './library/session.js';
import type { Sight } from './library/watch-table.js';

const flags: Record<CreateMode, number> = { persistent: 0, ephemeral: 1 };
const ephemeralSequential = 3;

/** Makes a client over `zookeeper`, the binding of the C client. */
export function createZooKeeperNativeClient(
  options: ClientOptions,
  environment: SessionEnvironment = {},
): ZooKeeperClient {
  return new ZooKeeperNativeClient(options, environment);
}

/**
 * Translates the client port to `zookeeper`. What that library does wrong is put right in `library/`.
 * It has no transactions, so there is no `replace`; and it writes no node without data: null becomes zero bytes.
 */
export class ZooKeeperNativeClient implements ZooKeeperClient {
  readonly #session: LibrarySession;

  constructor(options: ClientOptions, environment: SessionEnvironment = {}) {
    this.#session = new LibrarySession(options, environment);
  }

  get quietMs(): number {
    return this.#session.quietMs;
  }

  connect(observer: ClientObserver): void {
    this.#session.connect(observer);
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

  create(path: string, data: Uint8Array | null, mode: CreateMode): Promise<void> {
    return this.#call<void>(path, (client, settle) => {
      // Null itself would be written as the word.
      const bytes = toBuffer(data ?? new Uint8Array(0));
      checkSize(path, bytes, createOverhead);
      return client.a_create(path, bytes, flags[mode], (code, message) => settle(code, message, () => undefined));
    });
  }

  createSequential(path: string, data: Uint8Array): Promise<string> {
    return this.#call<string>(path, (client, settle) => {
      const bytes = toBuffer(data);
      checkSize(path, bytes, createOverhead);
      return client.a_create(path, bytes, ephemeralSequential, (code, message, made) =>
        settle(code, message, () => made),
      );
    });
  }

  setData(path: string, data: Uint8Array, version: number): Promise<void> {
    return this.#call<void>(path, (client, settle) => {
      const bytes = toBuffer(data);
      checkSize(path, bytes, setOverhead);
      return client.a_set(path, bytes, version, (code, message) => settle(code, message, () => undefined));
    });
  }

  remove(path: string, version: number): Promise<void> {
    return this.#call<void>(path, (client, settle) =>
      client.a_delete_(path, version, (code, message) => settle(code, message, () => undefined)),
    );
  }

  forget(path: string): void {
    this.#session.watches.forget(path);
  }

  #armed(path: string, sight: Sight): void {
    this.#session.watches.arm(path, sight);
  }

  #call<T>(path: string, start: (client: NativeClient, settle: Settle<T>) => number): Promise<T> {
    return this.#session.call<T>((client, settle) => {
      checkPath(path);
      return start(client, settle);
    });
  }
}

/** Numbers that are 64 bits wide come as doubles: exact up to 2^53, which an ensemble does not see in its life. */
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
