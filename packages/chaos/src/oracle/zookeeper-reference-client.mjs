import { setTimeout as sleep } from 'node:timers/promises';
import zookeeper from 'node-zookeeper-client';
import { within } from '../within.mjs';

/** @import { Socket } from 'node:net' */
/** @import { NodeStat } from '@ndsr/core' */
/** @import { Client, Stat } from 'node-zookeeper-client' */
/** @import { ReferenceClient } from './reference-client.js' */
/** @import { ServerNodes, StoredNode } from './server-nodes.mjs' */

/**
 * @typedef {{ connect: unknown, findNextServer: unknown, socket?: Socket, connectTimeoutHandler?: NodeJS.Timeout }} LibraryInternals
 */

const sessionTimeoutMs = 4_000;
const connectTimeoutMs = 15_000;
const closeTimeoutMs = 2_000;
/** Generous: the reference client must never be the reason why a run fails. */
const answerTimeoutMs = 20_000;

/**
 * Connects to real servers with the bare client library and none of our code. Short-lived: the library does not survive a lost
 * session.
 *
 * @implements {ReferenceClient}
 */
export class ZooKeeperReferenceClient {
  /** @type {Client} */
  #client;

  /** @param {Client} client */
  constructor(client) {
    this.#client = client;
  }

  /**
   * @param {string} servers
   * @throws {Error} when the servers do not answer
   */
  static async connect(servers) {
    const client = zookeeper.createClient(servers, { sessionTimeout: sessionTimeoutMs, spinDelay: 50 });
    /** @type {Promise<void>} */
    const connected = new Promise((resolve) => client.once('connected', resolve));
    client.connect();
    try {
      await within(`the reference client connects to ${servers}`, connected, connectTimeoutMs);
      return new ZooKeeperReferenceClient(client);
    } catch (error) {
      abandon(client);
      throw error;
    }
  }

  /**
   * @param {string} root
   * @returns {Promise<ServerNodes>}
   */
  async read(root) {
    /** @type {Map<string, StoredNode>} */
    const nodes = new Map();
    await within(`the reference client reads ${root}`, this.#readTree(root, nodes), answerTimeoutMs);
    return nodes;
  }

  /**
   * @param {string} path
   * @param {object} [data]
   * @returns {Promise<void>}
   */
  async create(path, data) {
    const bytes = data === undefined ? undefined : Buffer.from(JSON.stringify(data));
    const created = this.#request((done) =>
      bytes ? this.#client.create(path, bytes, done) : this.#client.create(path, done),
    );
    await created.catch(async (error) => {
      if (hasCode(error, zookeeper.Exception.NODE_EXISTS)) return;
      if (!hasCode(error, zookeeper.Exception.NO_NODE)) throw error;
      await this.create(path.slice(0, path.lastIndexOf('/')));
      await this.create(path, data);
    });
  }

  /**
   * @param {string} path
   * @param {object} data
   */
  write(path, data) {
    return this.#request((done) => this.#client.setData(path, Buffer.from(JSON.stringify(data)), -1, done));
  }

  /** @param {string} path */
  async remove(path) {
    await this.#request((done) => this.#client.remove(path, -1, done)).catch(unlessAbsent);
  }

  /**
   * Resolves when the server has closed the session, so that it is not counted afterwards. Never rejects: after a broken connection
   * the server expires the session.
   */
  async close() {
    // Closed during the handshake, the library takes the connect response for an answer and throws where nothing can catch it.
    if (this.#client.getState() === zookeeper.State.SYNC_CONNECTED) {
      const closed = new Promise((resolve) => this.#client.once('disconnected', () => resolve(undefined)));
      this.#client.close();
      await Promise.race([closed, sleep(closeTimeoutMs, undefined, { ref: false })]);
    }
    abandon(this.#client);
  }

  /**
   * @param {string} path
   * @param {Map<string, StoredNode>} nodes
   */
  async #readTree(path, nodes) {
    try {
      const [children, { text, stat }] = await Promise.all([this.#children(path), this.#data(path)]);
      nodes.set(path, { text, children, stat });
      await Promise.all(children.map((name) => this.#readTree(`${path}/${name}`, nodes)));
    } catch (error) {
      unlessAbsent(error);
    }
  }

  /**
   * @param {string} path
   * @returns {Promise<string[]>}
   */
  #children(path) {
    return new Promise((resolve, reject) => {
      this.#client.getChildren(path, (error, names) => (error ? reject(error) : resolve([...names].sort())));
    });
  }

  /**
   * @param {string} path
   * @returns {Promise<{ text: string | null, stat: NodeStat }>}
   */
  #data(path) {
    return new Promise((resolve, reject) => {
      this.#client.getData(path, (error, data, stat) => {
        if (error) reject(error);
        // A node without data is undefined here, although the types exclude it.
        else resolve({ text: data === undefined ? null : data.toString('utf8'), stat: nodeStat(stat) });
      });
    });
  }

  /**
   * @param {(done: (error: unknown) => void) => void} start
   * @returns {Promise<void>}
   */
  #request(start) {
    /** @type {Promise<void>} */
    const answer = new Promise((resolve, reject) => {
      start((error) => (error ? reject(error) : resolve()));
    });
    return within('the servers answer the reference client', answer, answerTimeoutMs);
  }
}

/**
 * Stops the library, which otherwise retries for ever.
 *
 * @param {Client} client
 */
function abandon(client) {
  const { connectionManager } = /** @type {{ connectionManager: LibraryInternals }} */ (
    /** @type {unknown} */ (client)
  );
  connectionManager.connect = () => undefined;
  connectionManager.findNextServer = () => undefined;
  clearTimeout(connectionManager.connectTimeoutHandler);
  connectionManager.socket?.destroy();
}

/**
 * @param {unknown} error
 * @param {number} code
 */
function hasCode(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** @param {unknown} error */
function unlessAbsent(error) {
  if (!hasCode(error, zookeeper.Exception.NO_NODE)) throw error;
}

/**
 * @param {Stat} stat
 * @returns {NodeStat}
 */
function nodeStat(stat) {
  const long = (/** @type {unknown} */ bytes) => /** @type {Buffer} */ (bytes).readBigInt64BE();
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
