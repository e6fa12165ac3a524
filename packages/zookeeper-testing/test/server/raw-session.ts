import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Address } from '../../src/port/address.js';

const CREATE = 1;
const EPHEMERAL = 1;
// ACL of one entry: all permissions (31) for world:anyone.
const OPEN_ACL = Buffer.concat([int(1), int(31), string('world'), string('anyone')]);

/**
 * A minimal ZooKeeper client that proves that a server accepts requests: it opens a session and creates nodes, one at a
 * time.
 */
export class RawSession implements Disposable {
  readonly #socket: Socket;
  #timeoutMs = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** @param timeoutMs the requested timeout; the server replies with the granted one */
  static async open({ host, port }: Address, timeoutMs = 4_000): Promise<RawSession> {
    const session = new RawSession(connect({ host, port, noDelay: true }));
    await once(session.#socket, 'connect');
    const answer = await session.#ask(int(0), long(0), int(timeoutMs), long(0), int(16), Buffer.alloc(16));
    session.#timeoutMs = answer.readInt32BE(4);
    return session;
  }

  /** As granted by the server. */
  get timeoutMs(): number {
    return this.#timeoutMs;
  }

  /** Creates a node without data; rejects with ZooKeeper's error number. */
  async create(path: string, { ephemeral = false } = {}): Promise<void> {
    const answer = await this.#ask(
      int(1),
      int(CREATE),
      string(path),
      string(''),
      OPEN_ACL,
      int(ephemeral ? EPHEMERAL : 0),
    );
    const error = answer.readInt32BE(12);
    if (error !== 0) throw new Error(`ZooKeeper error ${error}`);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  /** Sends one frame and returns the next one that arrives. */
  async #ask(...parts: Buffer[]): Promise<Buffer> {
    const body = Buffer.concat(parts);
    this.#socket.write(Buffer.concat([int(body.length), body]));
    let frame = Buffer.alloc(0);
    while (frame.length < 4 || frame.length < 4 + frame.readInt32BE(0)) {
      const [bytes] = (await once(this.#socket, 'data')) as [Buffer];
      frame = Buffer.concat([frame, bytes]);
    }
    return frame.subarray(4);
  }
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function long(value: number): Buffer {
  return Buffer.concat([int(0), int(value)]);
}

function string(text: string): Buffer {
  return Buffer.concat([int(text.length), Buffer.from(text)]);
}
