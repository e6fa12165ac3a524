/** @import { Random } from '../../random.mjs' */

/** @typedef {'servers' | 'network' | 'workers'} Lane faults of one lane are sequential; lanes run concurrently */

/**
 * @typedef {object} Step
 * @property {Lane} lane
 * @property {string} fault
 * @property {number} pauseMs before it
 * @property {number} forMs how long it lasts
 * @property {number} target from 0 up to 1: selects one of the targets that exist at that time
 * @property {number} variant from 0 up to 1: selects a variant of the fault
 */

/**
 * @typedef {object} RoundPlan
 * @property {number} round from 1
 * @property {number} stormMs
 * @property {number} paceMs the mean pause of a worker between two changes
 * @property {readonly Step[]} steps
 */

/** @typedef {readonly [least: number, most: number]} Span in session timeouts, since a fault differs by whether the session survives it */

/** @type {Record<Lane, Record<string, Span>>} */
const kinds = {
  servers: {
    'kill the leader': [0.05, 0.8],
    'kill a follower': [0.05, 1.6],
    'kill the server of a worker': [0.05, 0.5],
    'freeze a server for a moment': [0.05, 0.3],
    'freeze a server for long': [1.1, 1.6],
    'lose the quorum': [0.3, 1.6],
    'kill all servers': [0.05, 0.4],
  },
  network: {
    cut: [0, 0.05],
    reset: [0, 0.05],
    stall: [0.2, 1.6],
    'stall what is open': [0.8, 1.2],
    'stall one direction': [0.8, 1.2],
    delay: [0.3, 0.8],
    'cut in the middle of a frame': [0.1, 0.4],
    refuse: [0.1, 1.6],
    'accept and drop': [0.1, 1.2],
  },
  workers: {
    'kill a worker, its successor at once': [0, 0],
    'kill a worker, its successor later': [0.5, 1.2],
    'a worker shuts down, its successor follows': [0, 0.3],
    'freeze a worker for a moment': [0.05, 0.6],
    'freeze a worker for long': [1.2, 1.8],
    'block a worker for a moment': [0.05, 0.5],
    'block a worker for long': [1.2, 1.6],
    'end a session from outside': [0, 0],
    'remove a registration from outside': [0, 0],
  },
};

export const faultNames = Object.values(kinds).flatMap((spans) => Object.keys(spans));

const leastStormMs = 5_000;
const mostStormMs = 20_000;
const mostPauseMs = 1_500;

/** Plans rounds from the seed of the generator. Every fault is used once before any is repeated. */
export class FaultPlan {
  /** @type {Record<Lane, string[]>} */
  #decks = { servers: [], network: [], workers: [] };
  #random;
  #timeoutMs;
  #round = 0;

  /**
   * @param {Random} random
   * @param {number} timeoutMs of the sessions
   */
  constructor(random, timeoutMs) {
    this.#random = random;
    this.#timeoutMs = timeoutMs;
  }

  /** @returns {RoundPlan} */
  next() {
    const random = this.#random;
    this.#round += 1;
    const stormMs = random.between(leastStormMs, mostStormMs);
    const paceMs = random.between(50, 300);
    const lanes = /** @type {Lane[]} */ (Object.keys(kinds));
    return { round: this.#round, stormMs, paceMs, steps: lanes.flatMap((lane) => this.#fill(lane, stormMs)) };
  }

  /**
   * @param {Lane} lane
   * @param {number} stormMs
   */
  #fill(lane, stormMs) {
    /** @type {Step[]} */
    const steps = [];
    for (let atMs = 0; ; ) {
      const step = this.#draw(lane);
      atMs += step.pauseMs;
      if (atMs > stormMs) return steps;
      steps.push(step);
      atMs += step.forMs;
    }
  }

  /**
   * @param {Lane} lane
   * @returns {Step}
   */
  #draw(lane) {
    const random = this.#random;
    if (this.#decks[lane].length === 0) this.#decks[lane] = random.shuffle(Object.keys(kinds[lane]));
    const fault = /** @type {string} */ (this.#decks[lane].pop());
    const [least, most] = /** @type {Span} */ (kinds[lane][fault]);
    const forMs = random.between(least * this.#timeoutMs, most * this.#timeoutMs);
    return {
      lane,
      fault,
      pauseMs: random.between(0, mostPauseMs),
      forMs,
      target: random.next(),
      variant: random.next(),
    };
  }
}
