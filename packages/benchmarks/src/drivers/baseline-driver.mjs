import { bytesOf, instance, instancePath, servicePath } from '../scene/data.mjs';
import { HandLock } from './hand-lock.mjs';
import { timeHandOvers } from './hand-overs.mjs';
import { HandWatch } from './hand-watch.mjs';
import { bytesPerCall, repeat } from './lookups.mjs';
import { memoryUse } from './memory-use.mjs';
import { pipelined } from './pipelined.mjs';
import { Sightings } from './sightings.mjs';

/** @import { Hand } from './hand.mjs' */

/** Everything by hand on a bare client library, pipelined, for as long as nothing goes wrong: nobody could do it with less. */
export class HandPlayer {
  #make;
  #hand;
  #watch;
  #sightings = new Sightings();
  #servers = '';
  #timeoutMs = 0;
  /** @type {Hand[]} */
  #others = [];

  /** @param {() => Hand} make */
  constructor(make) {
    this.#make = make;
    this.#hand = make();
    this.#watch = new HandWatch(this.#hand, (path, children) =>
      this.#sightings.show(path, children.size, (name) => children.get(name)),
    );
  }

  /** @param {{ servers: string, timeoutMs: number }} options */
  async open({ servers, timeoutMs }) {
    this.#servers = servers;
    this.#timeoutMs = timeoutMs;
    await this.#hand.connect(servers, timeoutMs);
  }

  async close() {
    await Promise.all([this.#hand, ...this.#others].map((hand) => hand.close()));
  }

  /** @param {{ root: string, count: number }} what */
  register({ root, count }) {
    return this.#register(this.#hand, root, count);
  }

  /**
   * What it takes to notice that a registration is gone.
   *
   * @param {{ root: string, count: number }} what
   */
  registerAndWatch({ root, count }) {
    const hand = this.#hand;
    return pipelined(count, hand.window / 2, (index, done) => {
      const path = instancePath(root, index);
      hand.create(path, bytesOf(instance), 'ephemeral', (error) => (error ? done(error) : undefined));
      // Answered in order: this one after the create.
      hand.getData(path, true, done);
    });
  }

  /**
   * @param {{ path: string }} what
   * @returns {Promise<number>}
   */
  watch({ path }) {
    return this.#watch.begin([path]);
  }

  /**
   * @param {{ root: string, count: number }} what
   * @returns {Promise<number>}
   */
  watchAll({ root, count }) {
    return this.#watch.begin(Array.from({ length: count }, (_, index) => servicePath(root, index)));
  }

  /** @param {{ path: string, children: number }} wanted */
  seen(wanted) {
    return this.#sightings.seen(wanted);
  }

  /** @param {{ path: string, name: string, count: number }} wanted */
  latencies(wanted) {
    return this.#sightings.latencies(wanted);
  }

  /**
   * @param {{ root: string, count: number }} what
   * @returns {Promise<number>}
   */
  restored({ root, count }) {
    return new Promise((resolve, reject) => {
      this.#hand.onExpired(() => {
        const lostAt = performance.now();
        this.#again(root, count).then(() => resolve(performance.now() - lostAt), reject);
      });
    });
  }

  /**
   * A Map of one's own is what one would have.
   *
   * @param {{ path: string, calls: number }} what
   */
  peek({ path, calls }) {
    repeat(() => this.#watch.services.get(path), calls);
  }

  /** @param {{ path: string }} what */
  bytesPerPeek({ path }) {
    return bytesPerCall(() => this.#watch.services.get(path));
  }

  memory() {
    return memoryUse();
  }

  /**
   * @param {{ path: string, times: number }} what
   */
  async handOver({ path, times }) {
    const other = await this.#another();
    return timeHandOvers(new HandLock(this.#hand, path), new HandLock(other, path), times);
  }

  /**
   * @param {string} root
   * @param {number} count
   */
  async #again(root, count) {
    // An expired client of either library is good for nothing more.
    this.#hand = await this.#another();
    await this.#register(this.#hand, root, count);
  }

  async #another() {
    const hand = this.#make();
    await hand.connect(this.#servers, this.#timeoutMs);
    this.#others.push(hand);
    return hand;
  }

  /**
   * @param {Hand} hand
   * @param {string} root
   * @param {number} count
   */
  #register(hand, root, count) {
    return pipelined(count, hand.window, (index, done) => {
      hand.create(instancePath(root, index), bytesOf(instance), 'ephemeral', done);
    });
  }
}
