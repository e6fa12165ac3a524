import { describe, expect, test } from 'vitest';
import { JuteReader } from '../../src/wire/jute-reader.js';
import { MalformedFrameError } from '../../src/wire/malformed-frame-error.js';
import {
  readChildrenReply,
  readConnectReply,
  readCreateReply,
  readDataReply,
  readMultiReply,
  readReplyHeader,
  readStat,
  readWatchNotification,
} from '../../src/wire/reply-records.js';
import { int, long, string } from '../support/jute.js';

const stat = {
  czxid: 1n,
  mzxid: 2n,
  ctime: 3,
  mtime: 4,
  version: 5,
  cversion: 6,
  aversion: 7,
  ephemeralOwner: -8n,
  dataLength: 9,
  numChildren: 10,
  pzxid: 11n,
};
const statBytes = Buffer.concat([
  ...[1n, 2n, 3n, 4n].map(long),
  ...[5, 6, 7].map(int),
  long(-8n),
  ...[9, 10].map(int),
  long(11n),
]);
const end = Buffer.concat([int(-1), Buffer.from([1]), int(-1)]);
const result = (type: number, body: Buffer = Buffer.alloc(0)) =>
  Buffer.concat([int(type), Buffer.from([0]), int(0), body]);

const records: [string, (reader: JuteReader) => unknown, Buffer, unknown][] = [
  ['header', readReplyHeader, Buffer.concat([int(3), long(4n), int(-101)]), { xid: 3, zxid: 4n, errorNumber: -101 }],
  [
    'session',
    readConnectReply,
    Buffer.concat([int(0), int(4000), long(5n), string('0123456789abcdef')]),
    { timeoutMs: 4000, sessionId: 5n, password: Buffer.from('0123456789abcdef') },
  ],
  [
    'watch event',
    readWatchNotification,
    Buffer.concat([int(3), int(3), string('/a')]),
    { type: 3, state: 3, path: '/a' },
  ],
  ['stat', readStat, statBytes, stat],
  ['data', readDataReply, Buffer.concat([string('x'), statBytes]), { data: Buffer.from('x'), stat }],
  ['no data', readDataReply, Buffer.concat([int(-1), statBytes]), { data: null, stat }],
  [
    'children',
    readChildrenReply,
    Buffer.concat([int(2), string('a'), string(null), statBytes]),
    { names: ['a', null], stat },
  ],
  ['path that was made', readCreateReply, string('/a'), '/a'],
  [
    'transaction',
    readMultiReply,
    Buffer.concat([result(2), result(1, string('/a')), result(13), result(5, statBytes), result(-1, int(-110)), end]),
    [0, 0, 0, 0, -110],
  ],
];

test.each(records)('%s', (_, read, bytes, expected) => {
  expect(read(new JuteReader(bytes))).toEqual(expected);
});

test.each(records)('%s with bytes after it, as newer servers may send', (_, read, bytes, expected) => {
  expect(read(new JuteReader(Buffer.concat([bytes, Buffer.alloc(5)])))).toEqual(expected);
});

test.each(records)('%s that ends too early, anywhere', (_, read, bytes) => {
  for (let length = 0; length < bytes.length; length += 1) {
    expect(() => read(new JuteReader(bytes.subarray(0, length)))).toThrow(MalformedFrameError);
  }
});

describe('answers that no server sends', () => {
  test('a session without a password', () => {
    const bytes = Buffer.concat([int(0), int(4000), long(5n), int(-1)]);
    expect(() => readConnectReply(new JuteReader(bytes))).toThrow(MalformedFrameError);
  });

  test('the result of an operation of unknown type', () => {
    expect(() => readMultiReply(new JuteReader(Buffer.concat([result(7), end])))).toThrow(/type 7/);
  });
});
