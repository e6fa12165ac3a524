import type { ConnectionManager } from './library-types.js';

const maxXid = 0x7fff_ffff;

/**
 * The library increments request numbers for ever, and fails to serialize the number after 2^31 requests: 25 days at a
 * thousand a second. Here it starts again at zero. Negative numbers are reserved: pings, notifications, credentials.
 */
export function wrapXid(manager: ConnectionManager): void {
  let xid = manager.xid;
  Object.defineProperty(manager, 'xid', {
    get: () => xid,
    set: (next: number) => {
      xid = next > maxXid ? 0 : next;
    },
  });
}
