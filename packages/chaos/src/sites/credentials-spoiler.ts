import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import type { Address } from '@ndsr/zookeeper-testing';

/** How the scheme of ZooKeeper's password authentication stands in a request: its length, and its name. */
const scheme = Buffer.from('\0\0\0\x06digest');
/** The same length, and no server knows it: the answer is that the authentication failed, and the end of the connection. */
const unknownScheme = Buffer.from('\0\0\0\x06spoilt');

/**
 * Passes connections on to a server; on demand the credentials that new ones present are made such that the server refuses them.
 *
 * They come in the first bytes, from a client library that writes them in one piece.
 */
export class CredentialsSpoiler {
  readonly host = '127.0.0.1';
  readonly #upstream: Address;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #spoils = false;

  private constructor(upstream: Address) {
    this.#upstream = upstream;
    this.#server = createServer({ noDelay: true }, (client) => this.#join(client));
  }

  static async open(upstream: Address): Promise<CredentialsSpoiler> {
    const spoiler = new CredentialsSpoiler(upstream);
    spoiler.#server.listen(0, spoiler.host);
    await once(spoiler.#server, 'listening');
    return spoiler;
  }

  get address(): string {
    return `${this.host}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts all connections; the credentials of new ones are refused. */
  spoil(): void {
    this.#spoils = true;
    this.#cut();
  }

  /** New connections are passed on as they are. */
  relent(): void {
    this.#spoils = false;
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
    if (this.#spoils) client.pipe(spoiling()).pipe(server);
    else client.pipe(server);
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function spoiling(): Transform {
  return new Transform({
    transform(bytes: Buffer, _encoding, done) {
      const at = bytes.indexOf(scheme);
      if (at >= 0) unknownScheme.copy(bytes, at);
      done(null, bytes);
    },
  });
}
