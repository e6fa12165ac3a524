import { MalformedFrameError } from './malformed-frame-error.js';

const lengthBytes = 4;

/**
 * Splits a stream of bytes into frames: a length and that many bytes.
 *
 * Use one reader per connection, so that an incomplete frame of a broken connection never reaches the next one. Memory is allocated
 * for bytes that have arrived, never for a length that was only announced.
 */
export class FrameReader {
  /** The maximum length of a frame, without its length field. May change from frame to frame. */
  maxBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Adds received bytes. They are kept, not copied. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /**
   * Removes and returns the next whole frame, including its length field; null while it is incomplete.
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

  /** The xid of the incomplete frame; undefined if it has not arrived yet. */
  get incompleteXid(): number | undefined {
    return this.#bytes < lengthBytes + 4 ? undefined : this.#joined(lengthBytes + 4).readInt32BE(lengthBytes);
  }

  /** The first chunk, joined with the others if it has fewer than `bytes`: at most once per frame. */
  #joined(bytes: number): Buffer {
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= bytes) return first;
    const all = Buffer.concat(this.#chunks, this.#bytes);
    this.#chunks = [all];
    return all;
  }
}
