import type { NodeStat } from '@ndsr/core/backend';
import type { JuteReader } from './jute-reader.js';
import { MalformedFrameError } from './malformed-frame-error.js';

/** The header of every frame after the first one. */
export interface ReplyHeader {
  readonly xid: number;
  readonly zxid: bigint;
  /** 0 for success; then a body follows. */
  readonly errorNumber: number;
}

/** Reads the header; the body follows. */
export function readReplyHeader(reader: JuteReader): ReplyHeader {
  return { xid: reader.int(), zxid: reader.long(), errorNumber: reader.int() };
}

/** The first frame of a connection. */
export interface ConnectReply {
  /** 0 or less: the session has expired. */
  readonly timeoutMs: number;
  readonly sessionId: bigint;
  readonly password: Buffer;
}

/** Reads the first frame of a connection. @throws {MalformedFrameError} also if there is no password */
export function readConnectReply(reader: JuteReader): ConnectReply {
  reader.int(); // the version of the protocol, always 0
  const timeoutMs = reader.int();
  const sessionId = reader.long();
  const password = reader.buffer();
  if (password === null) throw new MalformedFrameError('a session without a password');
  return { timeoutMs, sessionId, password };
}

/** A watch event. Its content is not checked. */
export interface WatchNotification {
  readonly type: number;
  readonly state: number;
  readonly path: string | null;
}

/** Reads the body of a watch event. */
export function readWatchNotification(reader: JuteReader): WatchNotification {
  return { type: reader.int(), state: reader.int(), path: reader.string() };
}

/** Reads a node's stat: the answer to `exists` and `setData`, and part of other answers. */
export function readStat(reader: JuteReader): NodeStat {
  return {
    czxid: reader.long(),
    mzxid: reader.long(),
    ctime: Number(reader.long()),
    mtime: Number(reader.long()),
    version: reader.int(),
    cversion: reader.int(),
    aversion: reader.int(),
    ephemeralOwner: reader.long(),
    dataLength: reader.int(),
    numChildren: reader.int(),
    pzxid: reader.long(),
  };
}

/** Reads the answer to `getData`. */
export function readDataReply(reader: JuteReader): { readonly data: Buffer | null; readonly stat: NodeStat } {
  return { data: reader.buffer(), stat: readStat(reader) };
}

/** Reads the answer to `getChildren2`. The names are not checked. */
export function readChildrenReply(reader: JuteReader): {
  readonly names: readonly (string | null)[];
  readonly stat: NodeStat;
} {
  return { names: reader.vector((item) => item.string()), stat: readStat(reader) };
}

/** Reads the answer to `create`: the created path. It is not checked. */
export function readCreateReply(reader: JuteReader): string | null {
  return reader.string();
}

const multiOperations = { error: -1, create: 1, remove: 2, setData: 5, check: 13 } as const;

/** Reads the answer to `multi`: the error number of each operation, 0 for success. */
export function readMultiReply(reader: JuteReader): readonly number[] {
  const results: number[] = [];
  for (;;) {
    const type = reader.int();
    const isEnd = reader.boolean();
    reader.int(); // the error number again
    if (isEnd) return results;
    results.push(readMultiResult(type, reader));
  }
}

function readMultiResult(type: number, reader: JuteReader): number {
  switch (type) {
    case multiOperations.error:
      return reader.int();
    case multiOperations.create:
      reader.string();
      return 0;
    case multiOperations.setData:
      readStat(reader);
      return 0;
    case multiOperations.remove:
    case multiOperations.check:
      return 0;
    default:
      throw new MalformedFrameError(`the result of an operation of type ${type}`);
  }
}
