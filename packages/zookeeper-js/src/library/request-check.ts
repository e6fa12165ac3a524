import type { ConnectionManager } from './library-types.js';

/** The servers' default `jute.maxbuffer`: on anything longer they drop the connection, with all that is under way. */
const longestRequestBytes = 0xf_ffff;

/**
 * Serializes a request before it is queued, so that one that cannot be sent throws at its caller. The library does it
 * when sending, having noted the request as sent: then every later reply would be taken for that of another request.
 */
export function queueOnlyWhatCanBeSent(manager: ConnectionManager): void {
  const queue = manager.queue;
  manager.queue = (request, callback) => {
    const bytes = request.toBuffer();
    if (bytes.length - 4 > longestRequestBytes) {
      throw new RangeError(`a request of ${bytes.length - 4} bytes, the most is ${longestRequestBytes}`);
    }
    request.toBuffer = () => {
      bytes.writeInt32BE(request.header.xid, 4);
      return bytes;
    };
    queue.call(manager, request, callback);
  };
}
