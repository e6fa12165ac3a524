import {
  FrameReader,
  JuteReader,
  MalformedFrameError,
  readChildrenReply,
  readConnectReply,
  readCreateReply,
  readDataReply,
  readMultiReply,
  readReplyHeader,
  readStat,
  readWatchNotification,
} from '@ndsr/zookeeper-common';
import { buffer, greeting, int, multi, reply, stat, strings, watchEvent } from './jute.mjs';
import { mutate } from './mutate.mjs';
import { Random } from './random.mjs';

const longestFrameBytes = 1024 * 1024;
const header = { xid: 7, zxid: 300n };
const someStat = stat({ zxid: 200n, dataLength: 9, children: 3 });

/** @typedef {{ bytes: Buffer, read: (reader: JuteReader) => unknown, isHandshake?: boolean }} Reply */

/** @type {readonly [Reply, ...Reply[]]} */
const replies = [
  { bytes: greeting(4000, 99n), read: readConnectReply, isHandshake: true },
  { bytes: watchEvent(4, '/services/web'), read: readWatchNotification },
  { bytes: reply(header, someStat), read: readStat },
  { bytes: reply(header, buffer('{"pid":1}'), someStat), read: readDataReply },
  { bytes: reply(header, strings(['10.0.0.1:80', '10.0.0.2:80', 'é']), someStat), read: readChildrenReply },
  {
    bytes: reply(header, strings(Array.from({ length: 60 }, (_, i) => `host-${i}`)), someStat),
    read: readChildrenReply,
  },
  { bytes: reply(header, buffer('/lock/one-0000000007')), read: readCreateReply },
  {
    bytes: reply(
      header,
      multi([
        [2, Buffer.alloc(0)],
        [1, buffer('/services/web/a')],
        [5, someStat],
        [-1, int(-110)],
      ]),
    ),
    read: readMultiReply,
  },
];

/**
 * One damaged reply, in pieces, at the strict reader: it has to be read or refused.
 *
 * @param {number} seed
 * @param {(frame: Buffer, reply: Reply) => unknown} [readFrame] what reads; the real one unless a test breaks it
 * @returns {'accepted' | 'refused' | 'incomplete'}
 * @throws what is wrong with the reader
 */
export function readerCase(seed, readFrame = readStrictly) {
  const random = new Random(seed);
  const sent = random.pick(replies);
  const bytes = mutate(sent.bytes, random);
  const reader = new FrameReader(longestFrameBytes);
  try {
    let outcome = /** @type {const} */ ('incomplete');
    for (let at = 0; at < bytes.length; ) {
      const size = 1 + random.below(random.below(4) === 0 ? 3 : bytes.length);
      reader.push(bytes.subarray(at, at + size));
      at += size;
      for (let frame = reader.next(); frame !== null; frame = reader.next()) {
        readFrame(frame, sent);
        outcome = /** @type {any} */ ('accepted');
      }
    }
    return outcome;
  } catch (error) {
    if (error instanceof MalformedFrameError) return 'refused';
    throw error;
  }
}

/** @param {Buffer} frame @param {Reply} reply */
function readStrictly(frame, { read, isHandshake = false }) {
  const reader = new JuteReader(frame, 4);
  if (isHandshake) return read(reader);
  return readReplyHeader(reader).errorNumber === 0 ? read(reader) : undefined;
}
