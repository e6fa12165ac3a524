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
  /** Where the next frame begins in the first chunk. */
  #at = 0;
  /** The number of bytes from there on. */
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
    const length = this.#first(lengthBytes).readInt32BE(this.#at);
    if (length < 0 || length > this.maxBytes) {
      throw new MalformedFrameError(`a frame of ${length} bytes; expected 0 to ${this.maxBytes}`);
    }
    const frameBytes = lengthBytes + length;
    if (this.#bytes < frameBytes) return null;
    const chunk = this.#first(frameBytes);
    const start = this.#at;
    this.#at += frameBytes;
    this.#bytes -= frameBytes;
    if (this.#at === chunk.length) {
      this.#chunks.shift();
      this.#at = 0;
    }
    return chunk.subarray(start, start + frameBytes);
  }

  /** The xid of the incomplete frame; undefined if it has not arrived yet. */
  get incompleteXid(): number | undefined {
    const bytes = lengthBytes + 4;
    return this.#bytes < bytes ? undefined : this.#first(bytes).readInt32BE(this.#at + lengthBytes);
  }

  /** The first chunk, joined with the others if it has fewer than `bytes` left: at most once per frame. */
  #first(bytes: number): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && first.length - this.#at >= bytes) return first;
    const rest = first?.subarray(this.#at) ?? Buffer.alloc(0);
    const all = Buffer.concat([rest, ...this.#chunks.slice(1)], this.#bytes);
    this.#chunks = [all];
    this.#at = 0;
    return all;
  }
}
