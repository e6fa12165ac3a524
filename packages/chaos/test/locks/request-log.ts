import { connect, createServer, type Server, type Socket } from 'node:net';
import { waitUntil } from '@ndsr/test-support';

const names: Readonly<Record<number, string>> = {
  1: 'create',
  2: 'remove',
  3: 'exists',
  4: 'getData',
  5: 'setData',
  8: 'getChildren',
  12: 'getChildren',
  14: 'multi',
};
/** Of watches that are no longer needed, a second later: the time of a later call. */
const removeWatches = 18;
const watchEventXid = -1;
const pingXid = -2;

/** One request of a client. */
export interface SeenRequest {
  /** `create`, `multi`, …; a number for an op code that no lock needs. */
  readonly operation: string;
  /** The number of its connection, from 1. */
  readonly connection: number;
  /** How many answers its connection had received when it was sent: requests of one round trip have the same number. */
  readonly after: number;
}

/** A proxy between clients and a server that lists the requests of all clients in their order, without handshakes and pings. */
export class RequestLog implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #seen: SeenRequest[] = [];
  #bytes = 0;
  #open = 0;
  #connections = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(host: string, port: number): Promise<RequestLog> {
    const server = createServer();
    const log = new RequestLog(server);
    server.on('connection', (client) => log.#join(client, connect({ host, port, noDelay: true })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return log;
  }

  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('it does not listen');
    return `127.0.0.1:${address.port}`;
  }

  /** The requests of `run` alone: it starts, and ends, once every request has been answered. */
  async during(run: () => Promise<unknown>): Promise<readonly SeenRequest[]> {
    await this.#quiet();
    this.#seen = [];
    await run();
    await this.#quiet();
    return this.#seen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** Checked a few times in a row: an answer may lead to the next request. */
  async #quiet(): Promise<void> {
    let [looks, bytes] = [0, this.#bytes];
    await waitUntil('every request is answered', () => {
      looks = this.#open === 0 && this.#bytes === bytes ? looks + 1 : 0;
      bytes = this.#bytes;
      return looks > 5;
    });
  }

  #join(client: Socket, server: Socket): void {
    client.setNoDelay(true);
    this.#connections += 1;
    const connection = this.#connections;
    let answers = 0;
    client.on(
      'data',
      onFrame((xid, operation) => {
        if (xid === pingXid) return;
        this.#open += 1;
        if (xid >= 0 && operation !== removeWatches)
          this.#seen.push({ operation: names[operation] ?? String(operation), connection, after: answers });
      }),
    );
    server.on(
      'data',
      onFrame((xid) => {
        if (xid === watchEventXid || xid === pingXid) return;
        answers += 1;
        this.#open -= 1;
      }),
    );
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one);
      one.on('data', (chunk) => {
        this.#bytes += chunk.length;
      });
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}

/** Calls `on` for every whole frame after the first one, the handshake. */
function onFrame(on: (xid: number, operation: number) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let isHandshake = true;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const length = rest.readInt32BE(0);
      if (!isHandshake) on(rest.readInt32BE(4), rest.readInt32BE(8));
      isHandshake = false;
      rest = rest.subarray(4 + length);
    }
  };
}
