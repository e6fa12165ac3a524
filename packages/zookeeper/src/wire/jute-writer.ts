const intBytes = 4;
const longBytes = 8;
/** The length of a null buffer in jute. */
const nullLength = -1;
/** No character of a JavaScript string takes more bytes in UTF-8 per UTF-16 unit. */
const maxBytesPerUnit = 3;
/** Longer strings are measured before space is reserved for them. */
const maxEstimatedUnits = 1024;
const maxAsciiUnits = 100;
const maxAscii = 0x7f;

/** Writes values in ZooKeeper's encoding (jute) one after the other into one buffer, which grows as needed. */
export class JuteWriter {
  #bytes: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#bytes = buffer;
  }

  /** The number of bytes that were written. */
  get length(): number {
    return this.#at;
  }

  /** Writes a signed 32-bit integer. */
  int(value: number): void {
    const at = this.#reserve(intBytes);
    this.#bytes.writeInt32BE(value, at);
    this.#at = at + intBytes;
  }

  /** Writes a signed 64-bit integer. */
  long(value: bigint): void {
    const at = this.#reserve(longBytes);
    this.#bytes.writeBigInt64BE(value, at);
    this.#at = at + longBytes;
  }

  /** Writes one byte, 0 or 1. */
  boolean(value: boolean): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value ? 1 : 0;
    this.#at = at + 1;
  }

  /** Writes bytes, which are copied; null has the length -1. */
  buffer(value: Uint8Array | null): void {
    if (value === null) {
      this.int(nullLength);
    } else {
      this.int(value.length);
      const at = this.#reserve(value.length);
      this.#bytes.set(value, at);
      this.#at = at + value.length;
    }
  }

  /** Writes a string as UTF-8. */
  string(value: string): void {
    const most = value.length > maxEstimatedUnits ? Buffer.byteLength(value) : value.length * maxBytesPerUnit;
    const at = this.#reserve(intBytes + most);
    const start = at + intBytes;
    const written = this.#writeAscii(value, start) ? value.length : this.#bytes.write(value, start);
    this.#bytes.writeInt32BE(written, at);
    this.#at = start + written;
  }

  /** Overwrites an integer that was written before. */
  setInt(at: number, value: number): void {
    this.#bytes.writeInt32BE(value, at);
  }

  /** Discards everything that was written from `length` on. */
  truncate(length: number): void {
    this.#at = length;
  }

  /** Returns the written bytes and continues in `next`. */
  take(next: Buffer): Buffer {
    const written = this.#bytes.subarray(0, this.#at);
    this.#bytes = next;
    this.#at = 0;
    return written;
  }

  /** Writes a short string of ASCII characters, as most are: faster than a call of Node's. Returns false for any other string. */
  #writeAscii(value: string, start: number): boolean {
    if (value.length > maxAsciiUnits) return false;
    const bytes = this.#bytes;
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > maxAscii) return false;
      bytes[start + index] = code;
    }
    return true;
  }

  /** Makes room, and returns the offset of the next value. */
  #reserve(bytes: number): number {
    const end = this.#at + bytes;
    if (end > this.#bytes.length) this.#grow(end);
    return this.#at;
  }

  #grow(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
