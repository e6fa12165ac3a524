// The answers of servers, as bytes.

/** @param {number} value */
export function int(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
}

/** @param {bigint} value */
export function long(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt.asIntN(64, value));
  return bytes;
}

/** @param {string | Uint8Array | null} value */
export function buffer(value) {
  if (value === null) return int(-1);
  const bytes = Buffer.from(value);
  return Buffer.concat([int(bytes.length), bytes]);
}

/** @param {readonly (string | null)[]} items */
export function strings(items) {
  return Buffer.concat([int(items.length), ...items.map(buffer)]);
}

/** @param {readonly Uint8Array[]} parts */
export function frame(...parts) {
  const body = Buffer.concat(parts);
  return Buffer.concat([int(body.length), body]);
}

/** @param {{ xid: number, zxid: bigint, error?: number }} header @param {readonly Uint8Array[]} body */
export function reply({ xid, zxid, error = 0 }, ...body) {
  return frame(int(xid), long(zxid), int(error), ...body);
}

/** @param {number} type @param {string | null} path */
export function watchEvent(type, path) {
  return reply({ xid: -1, zxid: -1n }, int(type), int(3), buffer(path));
}

/** @param {number} timeoutMs @param {bigint} sessionId */
export function greeting(timeoutMs, sessionId) {
  return frame(int(0), int(timeoutMs), long(sessionId), buffer(Buffer.alloc(16, 7)), Buffer.from([0]));
}

/** @param {{ zxid: bigint, owner?: bigint, dataLength: number, children: number, version?: number }} node */
export function stat({ zxid, owner = 0n, dataLength, children, version = 0 }) {
  const time = long(1_700_000_000_000n);
  const numbers = [long(zxid), long(zxid), time, time, int(version), int(0), int(0), long(owner)];
  return Buffer.concat([...numbers, int(dataLength), int(children), long(zxid)]);
}

/** @param {readonly [type: number, body: Uint8Array][]} results */
export function multi(results) {
  const each = results.flatMap(([type, body]) => [int(type), Buffer.from([0]), int(0), body]);
  return Buffer.concat([...each, int(-1), Buffer.from([1]), int(-1)]);
}
