// Messages between the coordinator and its workers, one JSON object a line. Types only.

/**
 * @typedef {object} WorkerSettings settings of a worker
 * @property {'zookeeper' | 'zookeeper-js' | 'zookeeper-native'} backend
 * @property {string} servers
 * @property {number} slot a successor has the same slot, and so the same names
 * @property {number} slots number of slots
 * @property {number} incarnation number of the process in its slot, from 0
 * @property {number} seed
 * @property {number} timeoutMs
 * @property {'throw' | 'defer'} offline
 * @property {boolean} lazy
 * @property {boolean} recursiveWatches where the backend supports them
 * @property {string} [cacheFile]
 */

/**
 * @typedef {{ id: number, command: 'start-workload', paceMs: number }
 *   | { id: number, command: 'stop-workload' }
 *   | { id: number, command: 'report' }
 *   | { id: number, command: 'block', forMs: number }
 *   | { id: number, command: 'shut-down' }} Command
 */

/**
 * @typedef {object} Registration a desired registration of a worker
 * @property {string} path
 * @property {number} n which of the worker's changes it was
 */

/**
 * @typedef {object} ConfigState possible contents of a worker's persistent node: several after an interrupted write
 * @property {string} path
 * @property {(number | null)[]} possible the change that its data may come from; null: the node may not exist
 */

/**
 * @typedef {object} View
 * @property {string} path
 * @property {string} origin
 * @property {'data' | 'names'} detail
 * @property {string | null} snapshot canonical; null when there is none
 */

/**
 * @typedef {object} SubscriberReport
 * @property {string} path
 * @property {string} name
 * @property {'data' | 'names'} detail
 * @property {number} count number of snapshots received
 * @property {string | null} last canonical
 */

/**
 * @typedef {object} PendingCall
 * @property {string} call
 * @property {number} forTicks seconds that this worker has been running, without those in which it was frozen or blocked
 */

/**
 * @typedef {object} WorkerReport
 * @property {number} pid
 * @property {string} phase
 * @property {string | null} sessionId 16 hexadecimal digits
 * @property {Registration[]} wanted
 * @property {Registration[]} contested desired registrations that another worker may own
 * @property {string[]} registered the registered paths, according to its events
 * @property {ConfigState[]} config
 * @property {View[]} views
 * @property {SubscriberReport[]} subscribers
 * @property {PendingCall[]} pending
 * @property {string[]} trouble events since the last report that must never happen
 * @property {Record<string, number>} counts changes, callbacks, rejections and faults by code, since its start
 * @property {{ heap: number, rss: number, sockets: number | null }} resources bytes after a garbage collection
 */

export {};
