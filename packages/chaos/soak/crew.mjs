import { Random } from './random.mjs';
import { WorkerProcess } from './worker-process.mjs';

/** @import { WorkerSettings } from './protocol.mjs' */
/** @import { Timeline } from './timeline.mjs' */

/**
 * @typedef {object} CrewOptions
 * @property {number} size
 * @property {number} seed
 * @property {number} timeoutMs
 * @property {string} direct connection string of the servers themselves
 * @property {string} proxied the same through the proxies
 * @property {string} cacheFile shared by most
 * @property {Timeline} timeline
 */

/** The first places are never killed: what they hold is measured over the whole run. One of each kind. */
const veterans = 4;
const leaveLimitMs = 30_000;

/** All workers: a number of places, and one process after another in each. */
export class Crew {
  /** @type {WorkerProcess[]} by place */
  #workers = [];
  #options;
  #paceMs = 0;
  started = 0;

  /** @param {CrewOptions} options */
  constructor(options) {
    this.#options = options;
  }

  async start() {
    const places = Array.from({ length: this.#options.size }, (_, slot) => slot);
    await Promise.all(places.map((slot) => this.#fill(slot)));
  }

  get workers() {
    return this.#workers;
  }

  /** Those that may be killed. */
  get mortals() {
    return this.#workers.slice(Math.min(veterans, Math.ceil(this.#options.size / 2)));
  }

  /** @param {WorkerProcess} worker */
  isVeteran(worker) {
    return !this.mortals.includes(worker);
  }

  /** @param {number} paceMs */
  churn(paceMs) {
    this.#paceMs = paceMs;
    for (const worker of this.#workers) worker.tell('churn', { paceMs });
  }

  settle() {
    this.#paceMs = 0;
    for (const worker of this.#workers) worker.tell('settle', {});
  }

  /**
   * Another process takes the place, and with it the names.
   *
   * @param {WorkerProcess} predecessor
   */
  async succeed(predecessor) {
    const { slot } = predecessor.settings;
    if (this.#workers[slot] !== predecessor) return;
    await this.#fill(slot, predecessor.settings.life + 1);
  }

  /** @param {WorkerProcess} worker */
  async leave(worker) {
    if (await worker.leave(leaveLimitMs)) return;
    throw new Error(`${worker.name} was asked to leave, and has not after ${leaveLimitMs} ms`);
  }

  async end() {
    await Promise.all(this.#workers.map((worker) => worker.kill()));
  }

  /**
   * @param {number} slot
   * @param {number} [life]
   */
  async #fill(slot, life = 0) {
    const worker = new WorkerProcess(this.#settings(slot, life));
    this.#workers[slot] = worker;
    this.started += 1;
    this.#options.timeline.add(`${worker.name} starts`);
    await worker.whenReady();
    if (this.#paceMs > 0) worker.tell('churn', { paceMs: this.#paceMs });
  }

  /**
   * @param {number} slot
   * @param {number} life
   * @returns {WorkerSettings}
   */
  #settings(slot, life) {
    const { size, seed, timeoutMs, direct, proxied, cacheFile } = this.#options;
    const random = new Random(seed + 7_919 * slot + 104_729 * life);
    return {
      backend: slot % 2 === 0 ? 'zookeeper-js' : 'zookeeper-native',
      servers: slot % 4 < 2 ? direct : proxied,
      slot,
      slots: size,
      life,
      seed: random.seed(),
      timeoutMs,
      offline: random.chance(0.5) ? 'defer' : 'throw',
      lazy: random.chance(0.5),
      ...(random.chance(0.7) && { cacheFile }),
      recursiveWatches: random.chance(0.7),
    };
  }
}
