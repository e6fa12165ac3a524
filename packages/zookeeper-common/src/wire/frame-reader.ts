import { MalformedFrameError } from './malformed-frame-error.js';

const lengthBytes = 4;

/**
 * Cuts a stream of bytes into frames: a length and that many bytes.
 *
 * One reader per connection, so that the half frame of a connection that broke never reaches the next one. Memory is taken
 * for bytes that have arrived, never for a length that was only announced.
 */
export class FrameReader {
  /** The longest frame that is accepted, its length field excluded. May change from frame to frame. */
  maxBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Takes bytes as they arrive. They are kept, not copied. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /**
   * Removes and returns the next whole frame with its length, null while it is incomplete.
   * @throws {MalformedFrameError} if its length is negative or more than `maxBytes`
   */
  next(): Buffer | null {
    if (this.#bytes < lengthBytes) return null;
    const length = this.#joined(lengthBytes).readInt32BE(0);
    if (length < 0 || length > this.maxBytes) {
      throw new MalformedFrameError(`a frame of ${length} bytes; expected 0 to ${this.maxBytes}`);
    }
    const end = lengthBytes + length;
    if (this.#bytes < end) return null;
    const all = this.#joined(end);
    if (all.length === end) this.#chunks.shift();
    else this.#chunks[0] = all.subarray(end);
    this.#bytes -= end;
    return all.subarray(0, end);
  }

  /** The number that the frame which has not come whole yet begins with; undefined where not so much of it has come. */
  get incompleteXid(): number | undefined {
    return this.#bytes < lengthBytes + 4 ? undefined : this.#joined(lengthBytes + 4).readInt32BE(lengthBytes);
  }

  /** The first chunk, made to hold at least so many bytes. Joins only when it must: once per frame. */
  #joined(bytes: number): Buffer {
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= bytes) return first;
    const all = Buffer.concat(this.#chunks, this.#bytes);
    this.#chunks = [all];
    return all;
  }
}
