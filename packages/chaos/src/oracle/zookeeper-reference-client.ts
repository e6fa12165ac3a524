import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeStat } from '@ndsr/core';
import { within } from '@ndsr/test-support';
import zookeeper, { type Client, type Stat } from 'node-zookeeper-client';
import { Oracle, type StoredNode } from './oracle.js';
import type { ReferenceClient } from './reference-client.js';

const connectTimeoutMs = 10_000;
const closeTimeoutMs = 2_000;
/** Generous: the reference client must never be the reason why an experiment fails. */
const answerTimeoutMs = 20_000;
const noNode = zookeeper.Exception.NO_NODE;
const nodeExists = zookeeper.Exception.NODE_EXISTS;

/** Connects to real servers with the bare client library. Short-lived: the library does not survive a lost session. */
export class ZooKeeperReferenceClient implements ReferenceClient {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  /** @throws {Error} when the servers do not answer */
  static async connect(servers: string): Promise<ZooKeeperReferenceClient> {
    const client = zookeeper.createClient(servers, { sessionTimeout: 4_000, spinDelay: 50 });
    const connected = new Promise<void>((resolve) => client.once('connected', resolve));
    client.connect();
    try {
      await within(`the referenceClient connects to ${servers}`, connected, connectTimeoutMs);
      return new ZooKeeperReferenceClient(client);
    } catch (error) {
      abandon(client);
      throw error;
    }
  }

  async read(root: string): Promise<Oracle> {
    const nodes = new Map<string, StoredNode>();
    await within(`the referenceClient reads ${root}`, this.#readBelow(root, nodes), answerTimeoutMs);
    return new Oracle(nodes);
  }

  async create(path: string, data?: object): Promise<void> {
    const bytes = data === undefined ? undefined : Buffer.from(JSON.stringify(data));
    const create = (): Promise<void> =>
      this.#ask((done) => (bytes ? this.#client.create(path, bytes, done) : this.#client.create(path, done)));
    await create().catch(async (error) => {
      if (hasCode(error, nodeExists)) return;
      if (!hasCode(error, noNode)) throw error;
      await this.create(path.slice(0, path.lastIndexOf('/')));
      await this.create(path, data);
    });
  }

  write(path: string, data: object): Promise<void> {
    return this.#ask((done) => this.#client.setData(path, Buffer.from(JSON.stringify(data)), -1, done));
  }

  async remove(path: string): Promise<void> {
    await this.#ask<void>((done) => this.#client.remove(path, -1, done)).catch(unless(noNode));
  }

  /** Never rejects: after a broken connection the server expires the session. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#client.once('disconnected', resolve));
    this.#client.close();
    await Promise.race([closed, sleep(closeTimeoutMs, undefined, { ref: false })]);
    abandon(this.#client);
  }

  async #readBelow(path: string, nodes: Map<string, StoredNode>): Promise<void> {
    const [node, names] = await Promise.all([this.#readOne(path), this.#childrenOf(path)]);
    if (node !== undefined) nodes.set(path, node);
    await Promise.all(names.map((name) => this.#readBelow(`${path}/${name}`, nodes)));
  }

  #readOne(path: string): Promise<StoredNode | undefined> {
    return new Promise((resolve, reject) => {
      this.#client.getData(path, (error, data: Buffer | undefined, stat) => {
        if (!error) resolve({ data: data && data.length > 0 ? data : null, stat: nodeStat(stat) });
        else if (hasCode(error, noNode)) resolve(undefined);
        else reject(error);
      });
    });
  }

  #childrenOf(path: string): Promise<string[]> {
    return new Promise((resolve, reject) => {
      this.#client.getChildren(path, (error, names) => {
        if (!error) resolve(names);
        else if (hasCode(error, noNode)) resolve([]);
        else reject(error);
      });
    });
  }

  #ask<T>(start: (done: (error: Error | zookeeper.Exception | null, value: T) => void) => void): Promise<void> {
    const answer = new Promise<void>((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
    return within('the servers answer the reference client', answer, answerTimeoutMs);
  }
}

/** Stops the library, which otherwise retries for ever. */
function abandon(client: Client): void {
  const { connectionManager } = client as unknown as LibraryInsides;
  connectionManager.connect = () => undefined;
  connectionManager.findNextServer = () => undefined;
  connectionManager.socket?.destroy();
}

interface LibraryInsides {
  readonly connectionManager: { connect(): void; findNextServer(): void; readonly socket?: Socket };
}

function hasCode(error: unknown, code: number): boolean {
  return error instanceof zookeeper.Exception && error.getCode() === code;
}

function unless(code: number): (error: unknown) => void {
  return (error) => {
    if (!hasCode(error, code)) throw error;
  };
}

function nodeStat(stat: Stat): NodeStat {
  const long = (bytes: unknown): bigint => (bytes as Buffer).readBigInt64BE();
  return {
    czxid: long(stat.czxid),
    mzxid: long(stat.mzxid),
    ctime: Number(long(stat.ctime)),
    mtime: Number(long(stat.mtime)),
    version: stat.version,
    cversion: stat.cversion,
    aversion: stat.aversion,
    ephemeralOwner: long(stat.ephemeralOwner),
    dataLength: stat.dataLength,
    numChildren: stat.numChildren,
    pzxid: long(stat.pzxid),
  };
}
