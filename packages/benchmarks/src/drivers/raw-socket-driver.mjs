import { once } from 'node:events';
import { connect } from 'node:net';
import { bytesOf, instance, instancePath } from '../test-bed/data.mjs';

/** @import { Socket } from 'node:net' */

const opCodes = { create: 1, getData: 4, close: -11 };
const ephemeral = 1;
const window = 500;
const lengthBytes = 4;

/** The server's own limit: requests that were encoded before, over a bare socket, whose answers are only counted. */
export class RawSocketDriver {
  /** @type {Socket | undefined} */
  #socket;
  /** @type {(frames: number) => void} */
  #onFrames = () => undefined;
  /** @type {Buffer} */
  #rest = Buffer.alloc(0);
  #xid = 0;
  /** @type {Buffer[]} */
  #prepared = [];

  /** @param {{ servers: string, timeoutMs: number }} options */
  async open({ servers, timeoutMs }) {
    const [host = '', port] = servers.split(':');
    const socket = connect({ host, port: Number(port), noDelay: true });
    this.#socket = socket;
    await once(socket, 'connect');
    const greeted = new Promise((resolve) => {
      this.#onFrames = resolve;
    });
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.write(frame(int(0), long(0n), int(timeoutMs), long(0n), withLength(Buffer.alloc(16)), Buffer.alloc(1)));
    await greeted;
  }

  async close() {
    const socket = this.#open;
    socket.write(frame(int(this.#nextXid()), int(opCodes.close)));
    await once(socket, 'close');
  }

  /**
   * Encodes the requests of the next command.
   *
   * @param {{ root: string, count: number, what: 'register' | 'readAll' }} requests
   */
  prepare({ root, count, what }) {
    const encode = what === 'register' ? create : getData;
    this.#prepared = Array.from({ length: count }, (_, index) => encode(this.#nextXid(), instancePath(root, index)));
  }

  register() {
    return this.#pipelined();
  }

  readAll() {
    return this.#pipelined();
  }

  /** @returns {Promise<void>} */
  #pipelined() {
    const requests = this.#prepared;
    const socket = this.#open;
    let sent = 0;
    let answered = 0;
    const send = () => {
      const end = Math.min(requests.length, answered + window);
      if (end > sent) socket.write(Buffer.concat(requests.slice(sent, end)));
      sent = end;
    };
    return new Promise((resolve) => {
      this.#onFrames = (frames) => {
        answered += frames;
        if (answered === requests.length) resolve();
        else send();
      };
      send();
    });
  }

  get #open() {
    if (this.#socket === undefined) throw new Error('Not connected');
    return this.#socket;
  }

  #nextXid() {
    this.#xid += 1;
    return this.#xid;
  }

  /** @param {Buffer} chunk */
  #receive(chunk) {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    let frames = 0;
    while (bytes.length - at >= lengthBytes && bytes.length - at >= lengthBytes + bytes.readInt32BE(at)) {
      at += lengthBytes + bytes.readInt32BE(at);
      frames += 1;
    }
    this.#rest = bytes.subarray(at);
    if (frames > 0) this.#onFrames(frames);
  }
}

/** @param {number} xid @param {string} path */
function create(xid, path) {
  const acl = [int(1), int(31), withLength(Buffer.from('world')), withLength(Buffer.from('anyone'))];
  const data = withLength(bytesOf(instance));
  return frame(int(xid), int(opCodes.create), withLength(Buffer.from(path)), data, ...acl, int(ephemeral));
}

/** @param {number} xid @param {string} path */
function getData(xid, path) {
  return frame(int(xid), int(opCodes.getData), withLength(Buffer.from(path)), Buffer.alloc(1));
}

/** @param {Buffer[]} parts */
function frame(...parts) {
  return withLength(Buffer.concat(parts));
}

/** @param {Buffer} bytes */
function withLength(bytes) {
  return Buffer.concat([int(bytes.length), bytes]);
}

/** @param {number} value */
function int(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** @param {bigint} value */
function long(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}
