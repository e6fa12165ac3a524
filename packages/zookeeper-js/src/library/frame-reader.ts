const lengthBytes = 4;

/** The servers put no limit on what they send: 60,000 children are 2.6 MB. Only nonsense is refused. */
const longestFrameBytes = 0x0fff_ffff;

/**
 * Cuts what arrives into frames: a length and that many bytes.
 *
 * The library does this too, but keeps the half frame of a connection that was cut in the middle of a reply: it then
 * takes every later connection's first bytes for the rest of it, and never connects again. One reader per connection
 * cannot. It also copies all that has arrived each time more arrives, and recurses for each frame.
 */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /**
   * Removes and returns the next whole frame with its length, null while it is incomplete.
   * @throws {RangeError} if its length is nonsense
   */
  next(): Buffer | null {
    if (this.#bytes < lengthBytes) return null;
    const length = this.#joined(lengthBytes).readInt32BE(0);
    if (length < 0 || length > longestFrameBytes) throw new RangeError(`a frame of ${length} bytes`);
    const end = lengthBytes + length;
    if (this.#bytes < end) return null;
    const all = this.#joined(end);
    if (all.length === end) this.#chunks.shift();
    else this.#chunks[0] = all.subarray(end);
    this.#bytes -= end;
    return all.subarray(0, end);
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
