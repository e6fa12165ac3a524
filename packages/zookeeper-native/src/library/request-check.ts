/** The servers' default `jute.maxbuffer`: on anything longer they drop the connection, with all that is under way. */
const longestRequestBytes = 0xf_ffff;

/** What a request has beside path and data: header, lengths, flags, and the one ACL that the library gives every node. */
export const createOverhead = 47;
export const setOverhead = 20;

/** A zero character ends the path for the library: it would make another node. What is no text it turns into some. */
export function checkPath(path: string): void {
  if (typeof path !== 'string') throw new TypeError(`a path has to be a string, not ${typeof path}`);
  if (path.includes('\0')) throw new TypeError(`a path has no zero character: ${JSON.stringify(path)}`);
}

/** Anything but bytes would be written as text: null as "null". */
export function toBuffer(data: Uint8Array): Buffer {
  if (Buffer.isBuffer(data)) return data;
  if (!(data instanceof Uint8Array)) throw new TypeError('data have to be bytes');
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

export function checkSize(path: string, data: Buffer, overhead: number): void {
  const bytes = Buffer.byteLength(path) + data.length + overhead;
  if (bytes > longestRequestBytes) {
    throw new RangeError(`a request of ${bytes} bytes, the most is ${longestRequestBytes}`);
  }
}
