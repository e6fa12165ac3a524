// The nodes of the soak, and the workers that may register each.

export const root = '/soak';
export const services = [`${root}/alpha`, `${root}/beta`, `${root}/gamma`];
/** Parent of the registrations that several workers compete for. */
export const contested = `${root}/contested`;
/** Persistent data: each node has one writer. */
export const config = `${root}/config`;

export const contestedPaths = numbered(3, (index) => `${contested}/name-${index}`);

const ownNames = 6;
const configNames = 2;

/**
 * The paths that the worker in `slot` registers. A successor registers the same names as its predecessor.
 *
 * @param {number} slot
 */
export function ownPaths(slot) {
  return numbered(ownNames, (index) => `${services[index % services.length]}/instance-${slot}-${index}`);
}

/** @param {number} slot */
export function configPaths(slot) {
  return numbered(configNames, (index) => `${config}/of-${slot}-${index}`);
}

/**
 * The paths that a worker may watch: services, single nodes that come and go, and a path that never exists.
 *
 * @param {number} slot
 * @param {number} slots
 */
export function watchablePaths(slot, slots) {
  const neighbour = (slot + 1) % slots;
  return [...services, contested, config, ...ownPaths(neighbour).slice(0, 2), `${root}/nowhere/at-all`];
}

/** @param {string} path */
export function parentOf(path) {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** @param {string} path */
export function nameOf(path) {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * @param {number} count
 * @param {(index: number) => string} name
 */
function numbered(count, name) {
  return Array.from({ length: count }, (_, index) => name(index));
}
