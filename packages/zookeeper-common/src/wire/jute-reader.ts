import { MalformedFrameError } from './malformed-frame-error.js';

const intBytes = 4;
const longBytes = 8;
/** The length of a null buffer or string in jute. */
const nullLength = -1;

/**
 * Reads the values of ZooKeeper's encoding (jute) one after the other, from the bytes of one frame.
 *
 * Every length and count is checked against the remaining bytes before memory is allocated for it. Bytes after the
 * last value are allowed: newer servers append fields.
 */
export class JuteReader {
  readonly #bytes: Buffer;
  #at: number;

  /** @param at the offset of the first value */
  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Reads a signed 32-bit integer. */
  int(): number {
    return this.#bytes.readInt32BE(this.#advance(intBytes, 'a number'));
  }

  /** Reads a signed 64-bit integer. */
  long(): bigint {
    return this.#bytes.readBigInt64BE(this.#advance(longBytes, 'a number'));
  }

  /** Reads one byte, 0 or 1. */
  boolean(): boolean {
    const value = this.#bytes[this.#advance(1, 'a boolean')];
    if (value !== 0 && value !== 1) throw new MalformedFrameError(`a boolean of value ${value}; expected 0 or 1`);
    return value === 1;
  }

  /** Reads bytes. The result is a view of the frame, not a copy. */
  buffer(): Buffer | null {
    const length = this.int();
    if (length === nullLength) return null;
    const start = this.#advance(length, 'bytes');
    return this.#bytes.subarray(start, this.#at);
  }

  /** Reads a string. Invalid UTF-8 becomes U+FFFD, which no name on a server contains. */
  string(): string | null {
    const length = this.int();
    if (length === nullLength) return null;
    const start = this.#advance(length, 'a string');
    return this.#bytes.toString('utf8', start, this.#at);
  }

  /**
   * Reads a list.
   * @param item reads one item; each takes at least four bytes, for its length
   */
  vector<T>(item: (reader: this) => T): T[] {
    const count = this.int();
    const most = Math.floor(this.#left / intBytes);
    if (count < 0 || count > most) {
      throw new MalformedFrameError(`a list of ${count} items in ${this.#left} bytes; expected 0 to ${most}`);
    }
    const items: T[] = [];
    for (let index = 0; index < count; index += 1) items.push(item(this));
    return items;
  }

  get #left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Moves past a value, and returns its offset. */
  #advance(length: number, what: string): number {
    if (length < 0 || length > this.#left) {
      throw new MalformedFrameError(`${what} of ${length} bytes where ${this.#left} are left`);
    }
    const start = this.#at;
    this.#at += length;
    return start;
  }
}
