/**
 * @typedef {object} Subject
 * @property {string} name
 * @property {boolean} ours
 * @property {string} [peer] the bare client library that it uses and is compared with
 */

/** @type {readonly Subject[]} */
export const subjects = [
  { name: 'memory', ours: true },
  { name: '@ndsr/zookeeper', ours: true, peer: 'node-zookeeper-client' },
  { name: '@ndsr/zookeeper client', ours: true, peer: 'node-zookeeper-client' },
  { name: 'zookeeper-js', ours: true, peer: 'node-zookeeper-client' },
  { name: 'zookeeper-native', ours: true, peer: 'zookeeper' },
  { name: 'node-zookeeper-client', ours: false },
  { name: 'zookeeper', ours: false },
  { name: 'kazoo', ours: false },
  { name: 'raw socket', ours: false },
];

/** Each registry and the bare library below it, whose driver implements the same operations by hand. */
export const pairs = ['@ndsr/zookeeper', 'zookeeper-js', 'node-zookeeper-client', 'zookeeper-native', 'zookeeper'];

export const baselines = ['node-zookeeper-client', 'zookeeper'];

/** All subjects that connect to a server. */
export const onServers = [...pairs, 'kazoo'];

export const allSubjects = ['memory', ...onServers];

/** Clients without a registry, and the server's own limit. */
export const clientsAlone = ['@ndsr/zookeeper client', 'node-zookeeper-client', 'raw socket'];
