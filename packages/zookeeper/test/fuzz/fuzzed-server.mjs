import { once } from 'node:events';
import { createServer } from 'node:net';
import { FrameReader, JuteReader } from '@ndsr/zookeeper-common';
import { buffer, greeting, int, multi, reply, stat, strings, watchEvent } from './jute.mjs';
import { mutate } from './mutate.mjs';

/** @import { Socket } from 'node:net' */
/** @import { Random } from './random.mjs' */

const longestRequestBytes = 1024 * 1024;
const errors = { unimplemented: -6, noNode: -101, nodeExists: -110 };

/**
 * A ZooKeeper of one small tree, which keeps to the protocol, except that it damages some of what it sends: at first one frame in
 * three, whatever it is; after `mutations` of them none any more.
 */
export class FuzzedServer {
  #server = createServer((socket) => this.#serve(socket));
  #random;
  #left;
  #zxid = 100n;
  #sessions = 1n;
  /** @type {Map<string, { data: Uint8Array | null, zxid: bigint, owner: bigint, version: number }>} */
  #nodes = new Map();
  /** @type {Set<Socket>} */
  #sockets = new Set();

  /** @param {{ random: Random, mutations: number }} options */
  constructor({ random, mutations }) {
    this.#random = random;
    this.#left = mutations;
    for (const path of ['/', '/svc', '/svc/a', '/svc/b', '/svc/c', '/config'])
      this.#put(path, Buffer.from('{"pid":1}'));
  }

  /** How many frames are still to be damaged. */
  get left() {
    return this.#left;
  }

  /** @returns {Promise<string>} its address */
  async listen() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (this.#server.address()).port}`;
  }

  /** A change that every client receives an event for. */
  touch() {
    const path = this.#random.pick(['/svc', '/svc/a', '/svc/b', '/svc/late', '/config']);
    for (const socket of this.#sockets) this.#send(socket, watchEvent(1 + this.#random.below(4), path));
  }

  close() {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  /** @param {string} path @param {Uint8Array | null} data @param {bigint} [owner] */
  #put(path, data, owner = 0n) {
    this.#zxid += 1n;
    const version = (this.#nodes.get(path)?.version ?? -1) + 1;
    this.#nodes.set(path, { data, zxid: this.#zxid, owner, version });
  }

  /** @param {Socket} socket */
  #serve(socket) {
    const reader = new FrameReader(longestRequestBytes);
    const sessionId = this.#sessions;
    this.#sessions += 1n;
    let timeoutMs = 0;
    this.#sockets.add(socket);
    socket.unref();
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk) => {
      reader.push(chunk);
      for (let frame = reader.next(); frame !== null; frame = reader.next()) {
        if (timeoutMs === 0) {
          timeoutMs = frame.readInt32BE(16);
          this.#send(socket, greeting(timeoutMs, frame.readBigInt64BE(20) || sessionId));
        } else {
          this.#answer(socket, frame, sessionId);
        }
      }
    });
  }

  /** @param {Socket} socket @param {Buffer} frame @param {bigint} sessionId */
  #answer(socket, frame, sessionId) {
    const request = new JuteReader(frame, 4);
    const xid = request.int();
    const type = request.int();
    const { error = 0, body = [] } = this.#perform(type, request, sessionId);
    this.#send(socket, reply({ xid, zxid: this.#zxid, error }, ...body));
    if (type === -11) socket.end();
  }

  /**
   * @param {number} type
   * @param {JuteReader} request
   * @param {bigint} sessionId
   * @returns {{ error?: number, body?: Uint8Array[] }}
   */
  #perform(type, request, sessionId) {
    if ([11, 18, 100, 101, -11].includes(type)) return {};
    if (type === 106) return { body: [int(0)] };
    if (type === 14)
      return {
        body: [
          multi([
            [2, Buffer.alloc(0)],
            [1, buffer('/svc/mine')],
          ]),
        ],
      };
    const path = request.string() ?? '';
    if (type === 1) return this.#create(path, request, sessionId);
    const node = this.#nodes.get(path);
    if (node === undefined) return { error: errors.noNode };
    switch (type) {
      case 2:
        this.#nodes.delete(path);
        return {};
      case 3:
        return { body: [this.#stat(path)] };
      case 4:
        return { body: [buffer(node.data), this.#stat(path)] };
      case 5:
        this.#put(path, request.buffer(), node.owner);
        return { body: [this.#stat(path)] };
      case 12:
        return { body: [strings(this.#names(path)), this.#stat(path)] };
      default:
        return { error: errors.unimplemented };
    }
  }

  /** @param {string} path @param {JuteReader} request @param {bigint} sessionId */
  #create(path, request, sessionId) {
    const data = request.buffer();
    request.vector((item) => [item.int(), item.string(), item.string()]);
    const flags = request.int();
    const made = (flags & 2) === 0 ? path : `${path}${String(this.#zxid).padStart(10, '0')}`;
    if (this.#nodes.has(made)) return { error: errors.nodeExists };
    if (!this.#nodes.has(parentOf(made))) return { error: errors.noNode };
    this.#put(made, data, (flags & 1) === 0 ? 0n : sessionId);
    return { body: [buffer(made)] };
  }

  /** @param {string} path */
  #names(path) {
    const below = path === '/' ? '/' : `${path}/`;
    const names = [...this.#nodes.keys()]
      .filter((at) => at !== '/' && at.startsWith(below))
      .map((at) => at.slice(below.length));
    return names.filter((name) => !name.includes('/'));
  }

  /** @param {string} path */
  #stat(path) {
    const node = this.#nodes.get(path);
    if (node === undefined) return Buffer.alloc(0);
    return stat({ ...node, dataLength: node.data?.length ?? 0, children: this.#names(path).length });
  }

  /** @param {Socket} socket @param {Buffer} bytes */
  #send(socket, bytes) {
    if (socket.destroyed) return;
    const isDamaged = this.#left > 0 && this.#random.below(3) === 0;
    if (isDamaged) this.#left -= 1;
    socket.write(isDamaged ? mutate(bytes, this.#random) : bytes);
  }
}

/** @param {string} path */
function parentOf(path) {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
