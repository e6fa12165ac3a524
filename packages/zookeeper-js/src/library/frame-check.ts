import {
  JuteReader,
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
import { opCodes } from './raw-request.js';

const lengthBytes = 4;
const notificationXid = -1;

/** The bodies that the library decodes; of all other answers it looks at the header only. */
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
export function checkGreeting(frame: Buffer): void {
  readConnectReply(new JuteReader(frame, lengthBytes));
}

/**
 * Checks any other frame, before the library decodes it.
 *
 * @param next the request whose answer comes next; the library breaks the connection where it is another's
 * @throws {MalformedFrameError}
 */
export function checkReply(frame: Buffer, next: LibraryRequest['header'] | undefined): void {
  const reader = new JuteReader(frame, lengthBytes);
  const { xid, errorNumber } = readReplyHeader(reader);
  if (xid === notificationXid) readWatchNotification(reader);
  else if (errorNumber === 0 && xid === next?.xid) bodies.get(next.type)?.(reader);
}
