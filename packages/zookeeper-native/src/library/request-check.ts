/** The servers' default `jute.maxbuffer`: for longer requests they drop the connection, with all requests in flight. */
const maxRequestBytes = 0xf_ffff;

/** The bytes of a request besides path and data: header, lengths, flags, and the ACL that the library gives every node. */
export const createOverhead = 47;
export const setOverhead = 20;

/** A zero character ends the path for the library, which would create another node. It converts other types to text. */
export function checkRequestPath(path: string): void {
  if (typeof path !== 'string') throw new TypeError(`a path has to be a string, not ${typeof path}`);
  if (path.includes('\0')) throw new TypeError(`a path has no zero character: ${JSON.stringify(path)}`);
}

/** The library would write anything but bytes as text: null as "null". */
export function toBuffer(data: Uint8Array): Buffer {
  if (Buffer.isBuffer(data)) return data;
  if (!(data instanceof Uint8Array)) throw new TypeError('data have to be bytes');
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

export function checkSize(path: string, data: Buffer, overhead: number): void {
  const bytes = Buffer.byteLength(path) + data.length + overhead;
  if (bytes > maxRequestBytes) {
    throw new RangeError(`a request of ${bytes} bytes, the most is ${maxRequestBytes}`);
  }
}
