import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { tryToListen } from '../../src/port/listening.js';
import { freePort } from '../../src/port/reserved-port.js';

/** Sends back what it receives, and records its connections. */
export class EchoServer implements AsyncDisposable {
  readonly host: string;
  readonly port: number;
  received = '';
  /** Connections whose client has closed or reset its end. */
  left = 0;
  resets = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, host: string, port: number) {
    this.#server = server;
    this.host = host;
    this.port = port;
    server.on('connection', (socket) => this.#serve(socket));
  }

  static async listen(host = '127.0.0.1'): Promise<EchoServer> {
    const server = createServer({ noDelay: true });
    const port = await freePort(host);
    if (!(await tryToListen(server, port, host))) throw new Error(`port ${port} of ${host} is taken`);
    return new EchoServer(server, host, port);
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Resets all connections, as a server that dies with unread data does. */
  resetAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('data', (bytes: Buffer) => {
      this.received += bytes.toString();
      socket.write(bytes);
    });
    socket.on('error', () => {
      this.resets++;
    });
    socket.on('end', () => {
      this.left++;
    });
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
