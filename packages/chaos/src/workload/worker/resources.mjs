import { readdirSync, readlinkSync } from 'node:fs';

/** Bytes and sockets of this process after a garbage collection (it runs with --expose-gc). */
export function measure() {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss, sockets: openSockets() };
}

/** Includes the sockets of native addons; null when the system does not report them. */
function openSockets() {
  try {
    return readdirSync('/proc/self/fd').filter(isSocket).length;
  } catch {
    return null;
  }
}

/** @param {string} descriptor */
function isSocket(descriptor) {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('socket:');
  } catch {
    // The descriptor of the listing itself, already closed.
    return false;
  }
}
