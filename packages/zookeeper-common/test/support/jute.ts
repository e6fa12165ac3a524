export function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function long(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

export function string(text: string | null): Buffer {
  if (text === null) return int(-1);
  const bytes = Buffer.from(text);
  return Buffer.concat([int(bytes.length), bytes]);
}

export function frameOf(...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([int(body.length), body]);
}
