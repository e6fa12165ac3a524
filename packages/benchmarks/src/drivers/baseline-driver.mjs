import { bytesOf, instance, instancePath, servicePath } from '../test-bed/data.mjs';
import { BaselineLock } from './baseline-lock.mjs';
import { BaselineWatch } from './baseline-watch.mjs';
import { ChangeConsumer } from './change-consumer.mjs';
import { bytesPerCall, repeat } from './lookups.mjs';
import { memoryUse } from './memory-use.mjs';
import { ObservedChildren } from './observed-children.mjs';
import { pipelined } from './pipelined.mjs';
import { timeHandovers } from './time-handovers.mjs';

/** @import { BaselineClient } from './baseline-client.mjs' */

/** The same operations by hand on a bare client library, pipelined and without error handling: the minimum cost. */
export class BaselineDriver {
  #make;
  #client;
  #watch;
  #observed = new ObservedChildren();
  #consumer = new ChangeConsumer();
  #servers = '';
  #timeoutMs = 0;
  /** @type {BaselineClient[]} */
  #others = [];

  /** @param {() => BaselineClient} make */
  constructor(make) {
    this.#make = make;
    this.#client = make();
    this.#watch = new BaselineWatch(this.#client, (path, children) => {
      const data = (/** @type {string} */ name) => children.get(name);
      this.#observed.show(path, children.size, data);
      this.#consumer.show({ changed: 1, changedData: data, data, readAll: () => readMap(children) });
    });
  }

  /** @param {{ servers: string, timeoutMs: number }} options */
  async open({ servers, timeoutMs }) {
    this.#servers = servers;
    this.#timeoutMs = timeoutMs;
    await this.#client.connect(servers, timeoutMs);
  }

  async close() {
    await Promise.all([this.#client, ...this.#others].map((client) => client.close()));
  }

  /** @param {{ root: string, count: number }} what */
  register({ root, count }) {
    return this.#register(this.#client, root, count);
  }

  /** @param {{ root: string, count: number }} what */
  readAll({ root, count }) {
    const client = this.#client;
    return pipelined(count, client.window, (index, done) => client.getData(instancePath(root, index), false, done));
  }

  /**
   * Includes the watch that detects the removal of a registration.
   *
   * @param {{ root: string, count: number }} what
   */
  registerAndWatch({ root, count }) {
    const client = this.#client;
    return pipelined(count, client.window / 2, (index, done) => {
      const path = instancePath(root, index);
      client.create(path, bytesOf(instance), 'ephemeral', (error) => (error ? done(error) : undefined));
      // Answers come in order: this one after the create.
      client.getData(path, true, done);
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
    return this.#observed.seen(wanted);
  }

  /**
   * @param {{ path: string }} what
   * @returns {Promise<number>}
   */
  follow({ path }) {
    return this.#watch.begin([path]);
  }

  /** @param {import('./change-consumer.mjs').Wanted} wanted */
  consume(wanted) {
    return this.#consumer.consume(wanted);
  }

  /** @param {{ path: string, name: string, count: number }} wanted */
  latencies(wanted) {
    return this.#observed.latencies(wanted);
  }

  /**
   * @param {{ root: string, count: number }} what
   * @returns {Promise<number>}
   */
  restored({ root, count }) {
    return new Promise((resolve, reject) => {
      this.#client.onExpired(() => {
        const lostAt = performance.now();
        this.#again(root, count).then(() => resolve(performance.now() - lostAt), reject);
      });
    });
  }

  /**
   * Looks up a `Map`, as an application would.
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
    return timeHandovers(new BaselineLock(this.#client, path), new BaselineLock(other, path), times);
  }

  /**
   * @param {string} root
   * @param {number} count
   */
  async #again(root, count) {
    // An expired client of either library cannot be used again.
    this.#client = await this.#another();
    await this.#register(this.#client, root, count);
  }

  async #another() {
    const client = this.#make();
    await client.connect(this.#servers, this.#timeoutMs);
    this.#others.push(client);
    return client;
  }

  /**
   * @param {BaselineClient} client
   * @param {string} root
   * @param {number} count
   */
  #register(client, root, count) {
    return pipelined(count, client.window, (index, done) => {
      client.create(instancePath(root, index), bytesOf(instance), 'ephemeral', done);
    });
  }
}

/** @param {ReadonlyMap<string, unknown>} children */
function readMap(children) {
  let found = 0;
  for (const data of children.values()) if (data !== undefined) found += 1;
  return found;
}
