// What the coordinator and its workers say to each other, one JSON object a line. Types only.

/**
 * @typedef {object} WorkerSettings what a worker is started with
 * @property {'zookeeper-js' | 'zookeeper-native'} backend
 * @property {string} servers
 * @property {number} slot its place: a successor has the same, and so the same names
 * @property {number} slots how many places there are
 * @property {number} life which process in that place it is, from 0
 * @property {number} seed
 * @property {number} timeoutMs
 * @property {'throw' | 'defer'} offline
 * @property {boolean} lazy
 * @property {boolean} recursiveWatches where the backend has them
 * @property {string} [cacheFile]
 */

/**
 * @typedef {{ id: number, command: 'churn', paceMs: number }
 *   | { id: number, command: 'settle' }
 *   | { id: number, command: 'report' }
 *   | { id: number, command: 'block', forMs: number }
 *   | { id: number, command: 'leave' }} Command
 */

/**
 * @typedef {object} Registration what a worker wants to be registered
 * @property {string} path
 * @property {number} n which of the worker's changes it was
 */

/**
 * @typedef {object} ConfigWish what a worker's persistent node may hold: more than one where a write was cut off
 * @property {string} path
 * @property {(number | null)[]} possible the change that it may come from; null: there may be no node
 */

/**
 * @typedef {object} View
 * @property {string} path
 * @property {string} origin
 * @property {'data' | 'names'} detail
 * @property {string | null} snapshot canonical; null when nothing is known
 */

/**
 * @typedef {object} SubscriberReport
 * @property {string} path
 * @property {string} name
 * @property {'data' | 'names'} detail
 * @property {number} count how many snapshots it was given
 * @property {string | null} last canonical
 */

/**
 * @typedef {object} PendingCall
 * @property {string} call
 * @property {number} forTicks seconds of this worker's own life, those in which it stood still not counted
 */

/**
 * @typedef {object} WorkerReport
 * @property {number} pid
 * @property {string} phase
 * @property {string | null} sessionId 16 hexadecimal digits
 * @property {Registration[]} wanted
 * @property {Registration[]} contested what it wants, and may have lost to another
 * @property {string[]} standing the paths that its events say are registered
 * @property {ConfigWish[]} config
 * @property {View[]} views
 * @property {SubscriberReport[]} subscribers
 * @property {PendingCall[]} pending
 * @property {string[]} trouble what must never happen, since the last report
 * @property {Record<string, number>} counts changes, callbacks, rejections and faults by code, since its start
 * @property {{ heap: number, rss: number, sockets: number | null }} resources bytes after a garbage collection
 */

export {};
