// Input and output of the checks. Types only.

/** @import { WorkerReport } from '../../workload/worker/protocol.mjs' */
/** @import { ServerNodes } from '../server-nodes.mjs' */

/**
 * @typedef {object} Violation an invariant that does not hold
 * @property {string} kind
 * @property {string} text
 * @property {boolean} [final] true when waiting cannot resolve it
 */

/**
 * @typedef {object} ObservedWorker
 * @property {string} name
 * @property {number} slot
 * @property {number} incarnation
 * @property {WorkerReport} report
 */

/**
 * @typedef {object} Observation the state of the servers and of all workers at about one moment
 * @property {number} slots number of slots
 * @property {readonly { server: string, nodes: ServerNodes }[]} serverStates the nodes of each server
 * @property {readonly ObservedWorker[]} workers all running workers
 * @property {readonly string[]} sessions the servers' sessions, 16 hexadecimal digits each
 * @property {number} connections client connections, the sum of all servers
 */

/** @typedef {(observation: Observation) => Violation[]} Check */

export {};
