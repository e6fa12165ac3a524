import { connect, createServer, type Server, type Socket } from 'node:net';
import { waitUntil } from '@ndsr/test-support';

/** The xids of frames that are neither a request nor the answer to one. */
const WATCH_EVENT = -1;
const PING = -2;

/** A proxy between a client and a server that counts frames in both directions, except pings, which depend on the clock. */
export class FrameCounter {
  /** The handshake included. */
  requests = 0;
  bytes = 0;
  #replies = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(host: string, port: number): Promise<FrameCounter> {
    const server = createServer();
    const counter = new FrameCounter(server);
    server.on('connection', (client) => counter.#join(client, connect({ host, port })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return counter;
  }

  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('it does not listen');
    return `127.0.0.1:${address.port}`;
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
    for (const socket of this.#sockets) socket.destroy();
    this.#replies = this.requests;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
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

  #join(client: Socket, server: Socket): void {
    client.on(
      'data',
      onFrame(({ bytes }) => {
        this.bytes += bytes;
        this.requests += 1;
      }),
    );
    server.on(
      'data',
      onFrame(({ bytes, xid }) => {
        this.bytes += bytes;
        if (xid !== WATCH_EVENT) this.#replies += 1;
      }),
    );
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
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
