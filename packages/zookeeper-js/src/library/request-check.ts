import type { ConnectionManager } from './library-types.js';

/** The servers' default `jute.maxbuffer`: for longer requests they drop the connection, with all requests in flight. */
const maxRequestBytes = 0xf_ffff;

/**
 * Serializes a request before it is queued, so that the caller gets the error of an invalid one. The library serializes
 * when it sends, after it has recorded the request as sent: then every later reply would be matched to another request.
 */
export function serializeBeforeQueueing(manager: ConnectionManager): void {
  const queue = manager.queue;
  manager.queue = (request, callback) => {
    const bytes = request.toBuffer();
    if (bytes.length - 4 > maxRequestBytes) {
      throw new RangeError(`a request of ${bytes.length - 4} bytes, the most is ${maxRequestBytes}`);
    }
    request.toBuffer = () => {
      bytes.writeInt32BE(request.header.xid, 4);
      return bytes;
    };
    queue.call(manager, request, callback);
  };
}
