import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and a server and counts what goes either way. */
export class FrameCounter {
  /** Requests, pings and the handshake among them. */
  requests = 0;
  bytes = 0;
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

  /** What goes either way until `run` has ended. */
  async during(run: () => Promise<void>): Promise<{ readonly requests: number; readonly bytes: number }> {
    const { requests, bytes } = this;
    await run();
    return { requests: this.requests - requests, bytes: this.bytes - bytes };
  }

  /** Ends every connection; new ones are taken. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(client: Socket, server: Socket): void {
    let rest: Buffer = Buffer.alloc(0);
    client.on('data', (chunk) => {
      this.bytes += chunk.length;
      rest = this.#countFrames(Buffer.concat([rest, chunk]));
    });
    server.on('data', (chunk) => {
      this.bytes += chunk.length;
    });
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

  #countFrames(bytes: Buffer): Buffer {
    let at = 0;
    while (bytes.length - at >= 4 && bytes.length - at >= 4 + bytes.readInt32BE(at)) {
      at += 4 + bytes.readInt32BE(at);
      this.requests += 1;
    }
    return bytes.subarray(at);
  }
}
