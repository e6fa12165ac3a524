import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Address } from '@ndsr/zookeeper-testing';

/** Passes connections on to a server and remembers the password of every session that it grants. */
export class SessionTap {
  readonly host = '127.0.0.1';
  readonly #server: Server;
  readonly #upstream: Address;
  readonly #sockets = new Set<Socket>();
  readonly #passwords = new Map<bigint, Buffer>();

  private constructor(server: Server, upstream: Address) {
    this.#server = server;
    this.#upstream = upstream;
    server.on('connection', (client) => this.#join(client));
  }

  static async open(upstream: Address): Promise<SessionTap> {
    const server = createServer();
    const tap = new SessionTap(server, upstream);
    server.listen(0, tap.host);
    await once(server, 'listening');
    return tap;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  passwordOf(sessionId: bigint): Buffer {
    const password = this.#passwords.get(sessionId);
    if (password === undefined) throw new Error(`session ${sessionId} was not granted here`);
    return password;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #join(client: Socket): void {
    const { host, port } = this.#upstream;
    const server = connect({ host, port, noDelay: true });
    client.setNoDelay(true);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => undefined); // 'close' follows
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
    this.#readGreeting(server);
  }

  /** The first frame from the server: length, version, timeout, session id, password with its length. */
  #readGreeting(server: Socket): void {
    let greeting = Buffer.alloc(0);
    const read = (chunk: Buffer): void => {
      greeting = Buffer.concat([greeting, chunk]);
      if (greeting.length < 40) return;
      server.off('data', read);
      this.#passwords.set(greeting.readBigInt64BE(12), greeting.subarray(24, 40));
    };
    server.on('data', read);
  }
}
