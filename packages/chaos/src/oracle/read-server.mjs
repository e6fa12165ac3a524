import zookeeper from 'node-zookeeper-client';
import { root } from './paths.mjs';

/** @import { Socket } from 'node:net' */
/** @import { Client, Stat } from 'node-zookeeper-client' */
/** @import { Address } from '@ndsr/zookeeper-testing' */

/**
 * @typedef {object} StoredNode a node as a server has it
 * @property {string | null} text its bytes
 * @property {readonly string[]} children sorted names
 * @property {StoredStat} stat
 */

/**
 * @typedef {object} StoredStat
 * @property {bigint} czxid
 * @property {bigint} mzxid
 * @property {number} ctime
 * @property {number} mtime
 * @property {number} version
 * @property {number} cversion
 * @property {number} aversion
 * @property {bigint} ephemeralOwner
 * @property {number} dataLength
 * @property {number} numChildren
 * @property {bigint} pzxid
 */

/** @typedef {ReadonlyMap<string, StoredNode>} ServerNodes path to node, for every node below the soak's root */

/** @typedef {{ findNextServer: unknown, socket?: Socket, connectTimeoutHandler?: NodeJS.Timeout }} LibraryInside */

const sessionTimeoutMs = 4_000;
const limitMs = 15_000;
const closeLimitMs = 2_000;

/**
 * Reads everything there is from one server, with the bare library and nothing of ours. A write comes first, so that the
 * server has caught up with all that was written before.
 *
 * @param {Address} server
 * @returns {Promise<ServerNodes>}
 */
export function readServer(server) {
  return withClient(server, async (client) => {
    await write(client, `${root}-checks`);
    const nodes = new Map();
    await readTree(client, root, nodes);
    return nodes;
  });
}

/**
 * Removes a node, where it is there, as somebody who knows nothing of us would.
 *
 * @param {Address} server
 * @param {string} path
 */
export function removeAsAnotherClient(server, path) {
  return withClient(server, async (client) => {
    await ask((done) => client.remove(path, -1, done)).catch(unlessAbsent);
  });
}

/**
 * @template T
 * @param {Address} server
 * @param {(client: Client) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withClient({ host, port }, work) {
  const client = zookeeper.createClient(`${host}:${port}`, { sessionTimeout: sessionTimeoutMs });
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the server at ${port} did not answer within ${limitMs} ms`)), limitMs);
  });
  const connected = new Promise((resolve) => {
    client.once('connected', () => resolve(undefined));
  });
  try {
    client.connect();
    await Promise.race([connected, limit]);
    return /** @type {T} */ (await Promise.race([work(client), limit]));
  } finally {
    clearTimeout(timer);
    limit.catch(() => undefined);
    await closed(client);
  }
}

/**
 * Resolves when the server has ended the session: whoever counts sessions next must not find this one. The library goes on
 * trying for ever when it is closed without a connection, so that is taken from it.
 *
 * @param {Client} client
 */
async function closed(client) {
  const { connectionManager } = /** @type {{ connectionManager: LibraryInside }} */ (/** @type {unknown} */ (client));
  connectionManager.findNextServer = () => undefined;
  // Closed in the middle of the handshake it takes the servers' greeting for an answer, and throws where nobody can catch it.
  if (client.getState() === zookeeper.State.SYNC_CONNECTED) await sessionEnded(client);
  clearTimeout(connectionManager.connectTimeoutHandler);
  connectionManager.socket?.destroy();
}

/** @param {Client} client */
function sessionEnded(client) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, closeLimitMs, undefined);
    client.once('disconnected', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
    client.close();
  });
}

/**
 * @param {Client} client
 * @param {string} path
 */
async function write(client, path) {
  await ask((done) => client.create(path, Buffer.from('probe'), done)).catch((error) => {
    if (codeOf(error) !== zookeeper.Exception.NODE_EXISTS) throw error;
  });
  await ask((done) => client.setData(path, Buffer.from('probe'), -1, done));
}

/**
 * @param {Client} client
 * @param {string} path
 * @param {Map<string, StoredNode>} nodes
 */
async function readTree(client, path, nodes) {
  try {
    const children = await readChildren(client, path);
    const { text, stat } = await readData(client, path);
    nodes.set(path, { text, stat, children });
    await Promise.all(children.map((name) => readTree(client, `${path}/${name}`, nodes)));
  } catch (error) {
    unlessAbsent(error);
  }
}

/**
 * @param {Client} client
 * @param {string} path
 * @returns {Promise<string[]>}
 */
function readChildren(client, path) {
  return new Promise((resolve, reject) => {
    client.getChildren(path, (error, names) => (error ? reject(error) : resolve([...names].sort())));
  });
}

/**
 * @param {Client} client
 * @param {string} path
 * @returns {Promise<{ text: string | null, stat: StoredStat }>}
 */
function readData(client, path) {
  return new Promise((resolve, reject) => {
    client.getData(path, (error, data, stat) => {
      if (error) reject(error);
      // A node without data is undefined here, whatever the types say.
      else resolve({ text: data === undefined ? null : data.toString('utf8'), stat: storedStat(stat) });
    });
  });
}

/**
 * @param {(done: (error: unknown) => void) => void} start
 * @returns {Promise<void>}
 */
function ask(start) {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()));
  });
}

/** @param {Stat} stat */
function storedStat(stat) {
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

/** @param {unknown} error */
function unlessAbsent(error) {
  if (codeOf(error) !== zookeeper.Exception.NO_NODE) throw error;
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
