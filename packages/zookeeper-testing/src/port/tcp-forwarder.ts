import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Transform } from 'node:stream';
import type { Address } from './address.js';

/**
 * Called for each connection before a byte is forwarded. Listens to the two sockets, or returns a stream through which the
 * bytes of the client pass.
 */
export type OnForward = (client: Socket, upstream: Socket) => Transform | undefined;

/** Forwards TCP connections to one address, to watch or to change their bytes. A `FaultProxy` injects faults instead. */
export class TcpForwarder {
  readonly host = '127.0.0.1';
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens on a free port of `127.0.0.1`. */
  static async open(upstream: Address, onForward: OnForward): Promise<TcpForwarder> {
    const { host, port } = upstream;
    const server = createServer({ noDelay: true });
    const forwarder = new TcpForwarder(server);
    server.on('connection', (client) => forwarder.#join(client, connect({ host, port, noDelay: true }), onForward));
    server.listen(0, forwarder.host);
    await once(server, 'listening');
    return forwarder;
  }

  /** The port that clients connect to. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** `127.0.0.1:40000`. */
  get address(): string {
    return `${this.host}:${this.port}`;
  }

  /** Ends every connection; new ones are accepted. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Stops listening and ends every connection. Idempotent. */
  close(): void {
    this.#server.close();
    this.cut();
  }

  #join(client: Socket, upstream: Socket, onForward: OnForward): void {
    const changed = onForward(client, upstream);
    this.#endTogether(client, upstream);
    this.#endTogether(upstream, client);
    (changed === undefined ? client : client.pipe(changed)).pipe(upstream).pipe(client);
  }

  #endTogether(one: Socket, other: Socket): void {
    this.#sockets.add(one);
    one.on('error', () => undefined); // 'close' follows
    one.on('close', () => {
      this.#sockets.delete(one);
      other.destroy();
    });
  }
}
