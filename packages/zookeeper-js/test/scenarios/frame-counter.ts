import { waitUntil } from '@ndsr/test-support';
import { TcpForwarder } from '@ndsr/zookeeper-testing';

/** The xids of frames that are neither a request nor the answer to one. */
const WATCH_EVENT = -1;
const PING = -2;

/** A proxy between a client and a server that counts frames in both directions, except pings, which depend on the clock. */
export class FrameCounter {
  /** The handshake included. */
  requests = 0;
  bytes = 0;
  #replies = 0;
  #forwarder: TcpForwarder | undefined;

  static async open(host: string, port: number): Promise<FrameCounter> {
    const counter = new FrameCounter();
    counter.#forwarder = await TcpForwarder.open({ host, port }, (client, server) => {
      client.on(
        'data',
        onFrame(({ bytes }) => counter.#onRequest(bytes)),
      );
      server.on(
        'data',
        onFrame(({ bytes, xid }) => counter.#onReply(bytes, xid)),
      );
      return undefined;
    });
    return counter;
  }

  get address(): string {
    if (this.#forwarder === undefined) throw new Error('it does not listen');
    return this.#forwarder.address;
  }

  /** Counts the frames of `run` alone: it starts, and ends, once every request has been answered. */
  async during(run: () => Promise<void>): Promise<{ readonly requests: number; readonly bytes: number }> {
    await this.#answered();
    const { requests, bytes } = this;
    await run();
    await this.#answered();
    return { requests: this.requests - requests, bytes: this.bytes - bytes };
  }

  /** Ends every connection and forgets what was not answered; new connections are accepted. */
  cut(): void {
    this.#forwarder?.cut();
    this.#replies = this.requests;
  }

  [Symbol.dispose](): void {
    this.#forwarder?.close();
  }

  /** Checked a few times in a row: a reply may lead to the next request. */
  async #answered(): Promise<void> {
    let [looks, bytes] = [0, this.bytes];
    await waitUntil('every request is answered', () => {
      looks = this.requests === this.#replies && this.bytes === bytes ? looks + 1 : 0;
      bytes = this.bytes;
      return looks > 5;
    });
  }

  #onRequest(bytes: number): void {
    this.bytes += bytes;
    this.requests += 1;
  }

  #onReply(bytes: number, xid: number): void {
    this.bytes += bytes;
    if (xid !== WATCH_EVENT) this.#replies += 1;
  }
}

/** Calls `count` for every whole frame but a ping. The handshake has its protocol version, 0, where others have the xid. */
function onFrame(count: (frame: { readonly bytes: number; readonly xid: number }) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    let at = 0;
    while (rest.length - at >= 8 && rest.length - at >= 4 + rest.readInt32BE(at)) {
      const [bytes, xid] = [4 + rest.readInt32BE(at), rest.readInt32BE(at + 4)];
      if (xid !== PING) count({ bytes, xid });
      at += bytes;
    }
    rest = rest.subarray(at);
  };
}
