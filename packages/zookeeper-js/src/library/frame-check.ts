import {
  JuteReader,
  opCodes,
  readChildrenReply,
  readConnectReply,
  readCreateReply,
  readDataReply,
  readMultiReply,
  readReplyHeader,
  readStat,
  readWatchNotification,
} from '@ndsr/zookeeper-common';
import type { LibraryRequest } from './library-types.js';

const lengthBytes = 4;
const notificationXid = -1;

/** Readers of the bodies that the library decodes; of all other answers it reads only the header. */
const bodies: ReadonlyMap<number, (reader: JuteReader) => unknown> = new Map<number, (reader: JuteReader) => unknown>([
  [opCodes.create, readCreateReply],
  [opCodes.exists, readStat],
  [opCodes.getData, readDataReply],
  [opCodes.setData, readStat],
  [opCodes.getChildren, readChildrenReply],
  [opCodes.multi, readMultiReply],
]);

/**
 * Checks the first frame of a connection, before the library decodes it.
 * @throws {MalformedFrameError}
 */
export function checkHandshake(frame: Buffer): void {
  readConnectReply(new JuteReader(frame, lengthBytes));
}

/**
 * Checks any other frame, before the library decodes it.
 *
 * @param next the header of the request whose answer is due; the library closes the connection if the frame answers another
 * @throws {MalformedFrameError}
 */
export function checkReply(frame: Buffer, next: LibraryRequest['header'] | undefined): void {
  const reader = new JuteReader(frame, lengthBytes);
  const { xid, errorNumber } = readReplyHeader(reader);
  if (xid === notificationXid) readWatchNotification(reader);
  else if (errorNumber === 0 && xid === next?.xid) bodies.get(next.type)?.(reader);
}
