import type { JuteType } from './jute-types.js';
import { JuteWriter } from './jute-writer.js';

/** The servers' default `jute.maxbuffer`: for longer requests they drop the connection, with all requests in flight. */
const maxRequestBytes = 0xf_ffff;
const lengthBytes = 4;
/** Holds a hundred usual requests. */
const bufferBytes = 16 * 1024;
/** The number of buffers that are kept for reuse. */
const maxSpares = 2;

/** Serializes requests one after the other, to be sent in one write. The buffers are used again. */
export class RequestWriter {
  readonly #spares: Buffer[] = [];
  readonly #writer = new JuteWriter(Buffer.allocUnsafeSlow(bufferBytes));

  /** True if there is nothing to send. */
  get isEmpty(): boolean {
    return this.#writer.length === 0;
  }

  /** Adds the handshake, which has no header. */
  addHandshake<T>(body: JuteType<T>, value: T): void {
    this.#add(null, 0, body, value);
  }

  /**
   * Adds a request: `org.apache.zookeeper.proto.RequestHeader` and the body.
   * @throws {RangeError} if it is longer than the servers accept; then nothing is added
   */
  add<T>(xid: number, opCode: number, body: JuteType<T>, value: T): void {
    this.#add(xid, opCode, body, value);
  }

  /** Removes and returns all bytes. Pass them to `release` once they are sent. */
  take(): Buffer {
    return this.#writer.take(this.#spares.pop() ?? Buffer.allocUnsafeSlow(bufferBytes));
  }

  /** The bytes are sent, and their buffer can be used again. */
  release({ buffer }: Buffer): void {
    const isUsual = buffer.byteLength === bufferBytes;
    if (isUsual && this.#spares.length < maxSpares) this.#spares.push(Buffer.from(buffer));
  }

  /** Discards everything that was added since the last `take`. */
  discard(): void {
    this.#writer.truncate(0);
  }

  /** @param xid null for no header */
  #add<T>(xid: number | null, opCode: number, body: JuteType<T>, value: T): void {
    const writer = this.#writer;
    const start = writer.length;
    try {
      writer.int(0);
      if (xid !== null) {
        writer.int(xid);
        writer.int(opCode);
      }
      body.write(writer, value);
      const bytes = writer.length - start - lengthBytes;
      if (bytes > maxRequestBytes) throw new RangeError(`a request of ${bytes} bytes, the most is ${maxRequestBytes}`);
      writer.setInt(start, bytes);
    } catch (error) {
      writer.truncate(start);
      throw error;
    }
  }
}
