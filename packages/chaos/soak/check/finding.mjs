// What checks look at and what they say. Types only.

/** @import { WorkerReport } from '../protocol.mjs' */
/** @import { Truth } from '../truth.mjs' */

/**
 * @typedef {object} Finding something that is not as it must be
 * @property {string} kind
 * @property {string} text
 * @property {boolean} [final] it cannot come right by waiting
 */

/**
 * @typedef {object} WorkerSight
 * @property {string} name
 * @property {number} slot
 * @property {number} life
 * @property {WorkerReport} report
 */

/**
 * @typedef {object} Look everything there was to see at about one moment
 * @property {number} slots how many places there are
 * @property {readonly { server: string, truth: Truth }[]} truths of each server
 * @property {readonly WorkerSight[]} workers all that live
 * @property {readonly string[]} sessions that the servers keep, 16 hexadecimal digits each
 * @property {number} connections of clients, at all servers together
 */

/** @typedef {(look: Look) => Finding[]} Check */

export {};
