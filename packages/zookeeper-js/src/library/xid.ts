import type { ConnectionManager } from './library-types.js';

const largestXid = 0x7fff_ffff;

/**
 * The library numbers its requests upwards for ever, and fails to write the number after 2^31 of them: 25 days at a
 * thousand a second. Here it starts again at zero. Negative numbers are taken: pings, notifications, credentials.
 */
export function wrapXid(manager: ConnectionManager): void {
  let xid = manager.xid;
  Object.defineProperty(manager, 'xid', {
    get: () => xid,
    set: (next: number) => {
      xid = next > largestXid ? 0 : next;
    },
  });
}
