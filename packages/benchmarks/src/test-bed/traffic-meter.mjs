import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** @import { AddressInfo, Server, Socket } from 'node:net' */
/** @import { Address } from '@ndsr/zookeeper-testing' */

/** @typedef {{ requests: number, bytesUp: number, bytesDown: number }} Traffic */

/** The type of a ping. */
const ping = -2;
/** Length of the frame and type of the request. */
const headBytes = 8;

/** Proxies connections to a server and counts the traffic: requests without pings, and bytes each way. */
export class TrafficMeter {
  /** @type {Server} */
  #server;
  #upstream;
  /** @type {Set<Socket>} */
  #sockets = new Set();
  #requests = new RequestCounter();
  #bytesUp = 0;
  #bytesDown = 0;

  /**
   * @param {Server} server
   * @param {Address} upstream
   */
  constructor(server, upstream) {
    this.#server = server;
    this.#upstream = upstream;
    server.on('connection', (client) => this.#join(client));
  }

  /** @param {Address} upstream */
  static async open(upstream) {
    const meter = new TrafficMeter(createServer(), upstream);
    meter.#server.listen(0, '127.0.0.1');
    await once(meter.#server, 'listening');
    return meter;
  }

  get address() {
    return `127.0.0.1:${/** @type {AddressInfo} */ (this.#server.address()).port}`;
  }

  /** @returns {Traffic} since it was opened */
  read() {
    return { requests: this.#requests.count, bytesUp: this.#bytesUp, bytesDown: this.#bytesDown };
  }

  close() {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  /** @param {Socket} client */
  #join(client) {
    const { host, port } = this.#upstream;
    const server = connect({ host, port, noDelay: true });
    client.setNoDelay(true);
    const requests = this.#requests.connection();
    client.on('data', (chunk) => {
      this.#bytesUp += chunk.length;
      requests(chunk);
    });
    server.on('data', (chunk) => {
      this.#bytesDown += chunk.length;
    });
    this.#pass(client, server);
    this.#pass(server, client);
  }

  /**
   * @param {Socket} from
   * @param {Socket} to
   */
  #pass(from, to) {
    this.#sockets.add(from);
    from.on('error', () => undefined); // 'close' follows
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    from.pipe(to);
  }
}

/** Counts the frames in byte streams. */
export class RequestCounter {
  count = 0;

  /** @returns {(chunk: Buffer) => void} accepts the bytes of one connection in chunks of any size */
  connection() {
    let rest = Buffer.alloc(0);
    let skip = 0;
    return (chunk) => {
      let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (;;) {
        const skipped = Math.min(skip, bytes.length);
        bytes = bytes.subarray(skipped);
        skip -= skipped;
        if (skip > 0 || bytes.length < headBytes) break;
        if (bytes.readInt32BE(4) !== ping) this.count += 1;
        skip = 4 + bytes.readInt32BE(0);
      }
      rest = Buffer.from(bytes);
    };
  }
}
