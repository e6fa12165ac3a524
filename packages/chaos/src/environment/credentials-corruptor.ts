import { Transform } from 'node:stream';
import { type Address, TcpForwarder } from '@ndsr/zookeeper-testing';

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
  readonly address: string;
  readonly #forwarder: TcpForwarder;
  readonly #mode: { corrupts: boolean };

  private constructor(forwarder: TcpForwarder, mode: { corrupts: boolean }) {
    this.address = forwarder.address;
    this.#forwarder = forwarder;
    this.#mode = mode;
  }

  static async open(upstream: Address): Promise<CredentialsCorruptor> {
    const mode = { corrupts: false };
    const forwarder = await TcpForwarder.open(upstream, () => (mode.corrupts ? corrupting() : undefined));
    return new CredentialsCorruptor(forwarder, mode);
  }

  /** Cuts all connections; the server rejects the credentials of new ones. */
  corrupt(): void {
    this.#mode.corrupts = true;
    this.#forwarder.cut();
  }

  /** New connections are proxied unchanged. */
  passThrough(): void {
    this.#mode.corrupts = false;
  }

  close(): void {
    this.#forwarder.close();
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
