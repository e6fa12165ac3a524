import { TcpForwarder } from '@ndsr/zookeeper-testing';

/** @import { Address } from '@ndsr/zookeeper-testing' */

/** @typedef {{ requests: number, bytesUp: number, bytesDown: number }} Traffic */

/** The type of a ping. */
const ping = -2;
/** Length of the frame and type of the request. */
const headBytes = 8;

/** Proxies connections to a server and counts the traffic: requests without pings, and bytes each way. */
export class TrafficMeter {
  /** @type {TcpForwarder | undefined} */
  #forwarder;
  #requests = new RequestCounter();
  #bytesUp = 0;
  #bytesDown = 0;

  /** @param {Address} upstream */
  static async open(upstream) {
    const meter = new TrafficMeter();
    meter.#forwarder = await TcpForwarder.open(upstream, (client, server) => {
      const requests = meter.#requests.connection();
      client.on('data', (chunk) => {
        meter.#bytesUp += chunk.length;
        requests(chunk);
      });
      server.on('data', (chunk) => {
        meter.#bytesDown += chunk.length;
      });
      return undefined;
    });
    return meter;
  }

  get address() {
    if (this.#forwarder === undefined) throw new Error('The meter is not open');
    return this.#forwarder.address;
  }

  /** @returns {Traffic} since it was opened */
  read() {
    return { requests: this.#requests.count, bytesUp: this.#bytesUp, bytesDown: this.#bytesDown };
  }

  close() {
    this.#forwarder?.close();
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
