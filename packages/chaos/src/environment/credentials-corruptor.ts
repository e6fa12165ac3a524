import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import type { Address } from '@ndsr/zookeeper-testing';

/** The scheme of ZooKeeper's password authentication as encoded in a request: its length, then its name. */
const scheme = Buffer.from('\0\0\0\x06digest');
/** Same length, unknown to every server: the server answers that authentication failed and closes the connection. */
const unknownScheme = Buffer.from('\0\0\0\x06spoilt');

/**
 * Proxies connections to a server. On demand it corrupts the credentials of new connections, so that the server rejects them.
 *
 * Credentials are in the first bytes; the client library writes them in one piece.
 */
export class CredentialsCorruptor {
  readonly host = '127.0.0.1';
  readonly #upstream: Address;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #corrupts = false;

  private constructor(upstream: Address) {
    this.#upstream = upstream;
    this.#server = createServer({ noDelay: true }, (client) => this.#join(client));
  }

  static async open(upstream: Address): Promise<CredentialsCorruptor> {
    const corruptor = new CredentialsCorruptor(upstream);
    corruptor.#server.listen(0, corruptor.host);
    await once(corruptor.#server, 'listening');
    return corruptor;
  }

  get address(): string {
    return `${this.host}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts all connections; the server rejects the credentials of new ones. */
  corrupt(): void {
    this.#corrupts = true;
    this.#cut();
  }

  /** New connections are proxied unchanged. */
  passThrough(): void {
    this.#corrupts = false;
  }

  close(): void {
    this.#server.close();
    this.#cut();
  }

  #join(client: Socket): void {
    const { host, port } = this.#upstream;
    const server = connect({ host, port, noDelay: true });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one);
      one.on('error', () => undefined); // 'close' follows
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
    server.pipe(client);
    if (this.#corrupts) client.pipe(corrupting()).pipe(server);
    else client.pipe(server);
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function corrupting(): Transform {
  return new Transform({
    transform(bytes: Buffer, _encoding, done) {
      const at = bytes.indexOf(scheme);
      if (at >= 0) unknownScheme.copy(bytes, at);
      done(null, bytes);
    },
  });
}
