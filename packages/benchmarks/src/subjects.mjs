/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {boolean} ours
 * @property {string} [peer] the bare client library that it is compared with: the one that it runs on
 */

/** @type {readonly Contestant[]} */
export const contestants = [
  { name: 'memory', ours: true },
  { name: 'zookeeper-js', ours: true, peer: 'node-zookeeper-client' },
  { name: 'zookeeper-native', ours: true, peer: 'zookeeper' },
  { name: 'node-zookeeper-client', ours: false },
  { name: 'zookeeper', ours: false },
  { name: 'kazoo', ours: false },
];

/** Each bare library does by hand what the registry on it does by itself. */
export const pairs = ['zookeeper-js', 'node-zookeeper-client', 'zookeeper-native', 'zookeeper'];

export const byHand = ['node-zookeeper-client', 'zookeeper'];

/** All that talk to a server. */
export const onServers = [...pairs, 'kazoo'];

export const everybody = ['memory', ...onServers];
