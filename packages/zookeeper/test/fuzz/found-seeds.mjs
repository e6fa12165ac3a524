/**
 * Cases that found something, and are run first ever since. The first four did with the strict reader and the checks of names taken
 * out: a process that stood still, and one that sent the 256 MB password of a damaged handshake back.
 */
export const foundSeeds = {
  /** @type {readonly number[]} */
  reader: [],
  /** @type {readonly number[]} */
  zookeeper: [2, 103, 104, 105],
  /** @type {readonly number[]} */
  'zookeeper-js': [2, 103, 104, 105],
};
