/** The data of an instance: the same length for every subject, in the format of a registry. */
export const instance = { rack: 'a1', weight: 3 };

/** @param {object} data */
export function bytesOf(data) {
  return Buffer.from(JSON.stringify({ pid: process.pid, created: '2026-01-01 00:00:00', ...data }));
}

/** A monotonic clock shared by all processes of a machine, ms. */
export function sharedNow() {
  return Number(process.hrtime.bigint()) / 1e6;
}

/**
 * @param {string} service
 * @param {number} index
 */
export function instancePath(service, index) {
  return `${service}/host-${index}`;
}

/**
 * @param {string} root
 * @param {number} index
 */
export function servicePath(root, index) {
  return `${root}/service-${index}`;
}
