import { Random } from '../random.mjs';
import { WorkerProcess } from './worker-process.mjs';

/** @import { WorkerSettings } from '../workload/worker/protocol.mjs' */
/** @import { Timeline } from '../timeline.mjs' */

/**
 * @typedef {object} CrewOptions
 * @property {number} size
 * @property {number} seed
 * @property {number} timeoutMs
 * @property {string} direct connection string without proxies
 * @property {string} proxied connection string of the proxies
 * @property {string} cacheFile shared by most workers
 * @property {Timeline} timeline
 */

/** The workers of the first slots are never killed, so that their memory can be measured over the whole run. At least one of each backend. */
const longLived = 4;
const shutdownLimitMs = 30_000;
const backends = /** @type {const} */ (['zookeeper', 'zookeeper-js', 'zookeeper-native']);

/** All workers: a number of slots, with successive processes in each. */
export class Workers {
  /** @type {WorkerProcess[]} by slot */
  #workers = [];
  #options;
  #paceMs = 0;
  started = 0;

  /** @param {CrewOptions} options */
  constructor(options) {
    this.#options = options;
  }

  async start() {
    const slots = Array.from({ length: this.#options.size }, (_, slot) => slot);
    await Promise.all(slots.map((slot) => this.#fill(slot)));
  }

  get all() {
    return this.#workers;
  }

  /** Workers that may be killed. */
  get killable() {
    return this.#workers.slice(Math.min(longLived, Math.ceil(this.#options.size / 2)));
  }

  /** @param {WorkerProcess} worker */
  isLongLived(worker) {
    return !this.killable.includes(worker);
  }

  /** @param {number} paceMs */
  startWorkload(paceMs) {
    this.#paceMs = paceMs;
    for (const worker of this.#workers) worker.send('start-workload', { paceMs });
  }

  stopWorkload() {
    this.#paceMs = 0;
    for (const worker of this.#workers) worker.send('stop-workload', {});
  }

  /**
   * Starts a new process in the slot, which registers the same names.
   *
   * @param {WorkerProcess} predecessor
   */
  async resetServers(predecessor) {
    const { slot } = predecessor.settings;
    if (this.#workers[slot] !== predecessor) return;
    await this.#fill(slot, predecessor.settings.incarnation + 1);
  }

  /** @param {WorkerProcess} worker */
  async shutDown(worker) {
    if (await worker.shutDown(shutdownLimitMs)) return;
    throw new Error(`${worker.name} did not shut down within ${shutdownLimitMs} ms`);
  }

  async end() {
    await Promise.all(this.#workers.map((worker) => worker.kill()));
  }

  /**
   * @param {number} slot
   * @param {number} [incarnation]
   */
  async #fill(slot, incarnation = 0) {
    const worker = new WorkerProcess(this.#settings(slot, incarnation));
    this.#workers[slot] = worker;
    this.started += 1;
    this.#options.timeline.note(`${worker.name} starts`);
    await worker.whenReady();
    if (this.#paceMs > 0) worker.send('start-workload', { paceMs: this.#paceMs });
  }

  /**
   * @param {number} slot
   * @param {number} incarnation
   * @returns {WorkerSettings}
   */
  #settings(slot, incarnation) {
    const { size, seed, timeoutMs, direct, proxied, cacheFile } = this.#options;
    const random = new Random(seed).of(`worker ${slot}.${incarnation}`);
    return {
      backend: backends[slot % backends.length] ?? 'zookeeper',
      servers: slot % 4 < 2 ? direct : proxied,
      slot,
      slots: size,
      incarnation,
      seed: random.seed(),
      timeoutMs,
      offline: random.chance(0.5) ? 'defer' : 'throw',
      lazy: random.chance(0.5),
      ...(random.chance(0.7) && { cacheFile }),
      recursiveWatches: random.chance(0.7),
    };
  }
}
