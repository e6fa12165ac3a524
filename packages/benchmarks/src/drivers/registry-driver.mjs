import { setTimeout as sleep } from 'node:timers/promises';
import { instance, instancePath, servicePath, sharedNow } from '../test-bed/data.mjs';
import { ChangeConsumer, readRecord, recordsByHand } from './change-consumer.mjs';
import { bytesPerCall, repeat, repeatAsync } from './lookups.mjs';
import { memoryUse } from './memory-use.mjs';
import { ObservedChildren } from './observed-children.mjs';
import { timeHandovers } from './time-handovers.mjs';

/** @import { NodeChanges, NodeSnapshot, RegistryOptions, ServiceRegistry } from '@ndsr/core' */

const pollMs = 10;

/** @typedef {RegistryOptions & { servers: string }} PlayerOptions */
/** @typedef {(options: PlayerOptions) => ServiceRegistry} MakeRegistry */

/** This library, used as anybody uses it. */
export class RegistryDriver {
  #make;
  #observed = new ObservedChildren();
  #consumer = new ChangeConsumer();
  /** @type {NodeSnapshot[]} */
  #held = [];
  /** @type {ServiceRegistry[]} */
  #registries = [];
  /** @type {PlayerOptions} */
  #options = { servers: '' };

  /** @param {MakeRegistry} make */
  constructor(make) {
    this.#make = make;
  }

  /** @param {{ servers: string, timeoutMs: number, unpaced: boolean }} options */
  async open({ servers, timeoutMs, unpaced }) {
    const pace = unpaced ? { restorePerSecond: Number.POSITIVE_INFINITY, restoreJitterMs: 0 } : {};
    this.#options = { servers, timeoutMs, ...pace };
    this.#registries.push(this.#make(this.#options));
    await this.#registry.start();
  }

  async close() {
    await Promise.all(this.#registries.map((registry) => registry.stop()));
  }

  /** @param {{ root: string, count: number }} what */
  async register({ root, count }) {
    const paths = Array.from({ length: count }, (_, index) => instancePath(root, index));
    const stand = await Promise.all(paths.map((path) => this.#registry.setNode(path, instance)));
    if (stand.includes(false)) throw new Error('Not all were registered');
  }

  /**
   * @param {{ path: string }} what
   * @returns {Promise<number>} the number of instances
   */
  async watch({ path }) {
    const { children } = await this.#registry.get(path, { callback: (snapshot) => this.#show(snapshot) });
    return Object.keys(children).length;
  }

  /**
   * @param {{ root: string, count: number }} what
   * @returns {Promise<number>} the number of instances of all services
   */
  async watchAll({ root, count }) {
    const paths = Array.from({ length: count }, (_, index) => servicePath(root, index));
    return sum(await Promise.all(paths.map((path) => this.watch({ path }))));
  }

  /** @param {{ path: string, children: number }} wanted */
  seen(wanted) {
    return this.#observed.seen(wanted);
  }

  /** @param {{ path: string, name: string, count: number }} wanted */
  latencies(wanted) {
    return this.#observed.latencies(wanted);
  }

  /**
   * Time from the event that the session is lost until `count` registrations exist again, ms.
   *
   * @param {{ count: number }} what
   * @returns {Promise<number>}
   */
  restored({ count }) {
    let lostAt = 0;
    let left = count;
    return new Promise((resolve) => {
      this.#registry.on('phase', ({ phase }) => {
        if (phase === 'lost') lostAt = performance.now();
      });
      this.#registry.on('registered', () => {
        left -= 1;
        if (left === 0) resolve(performance.now() - lostAt);
      });
    });
  }

  /**
   * Watches a service for `consume`.
   *
   * @param {{ path: string }} what
   */
  async follow({ path }) {
    await this.#registry.get(path, { callback: (snapshot, changes) => this.#consume(snapshot, changes) });
  }

  /** @param {import('./change-consumer.mjs').Wanted} wanted */
  consume(wanted) {
    return this.#consumer.consume(wanted);
  }

  /** @param {{ size: number, times: number }} what */
  recordsByHand({ size, times }) {
    recordsByHand(size, times);
  }

  /**
   * Watches a service, and keeps every snapshot of it.
   *
   * @param {{ path: string }} what
   */
  async hold({ path }) {
    await this.#registry.get(path, { callback: (snapshot) => this.#held.push(snapshot) });
  }

  /**
   * Resolves once that many snapshots are kept.
   *
   * @param {{ count: number }} wanted
   */
  async held({ count }) {
    while (this.#held.length < count) await sleep(pollMs);
  }

  /** Reads all children of every snapshot that is kept. */
  readHeld() {
    return this.#held.reduce((total, { children }) => total + readRecord(children), 0);
  }

  /** @param {{ path: string, calls: number }} what */
  peek({ path, calls }) {
    repeat(() => this.#registry.peek(path), calls);
  }

  /** @param {{ path: string, calls: number }} what */
  get({ path, calls }) {
    return repeatAsync(() => this.#registry.get(path), calls);
  }

  /** @param {{ path: string }} what */
  bytesPerPeek({ path }) {
    return bytesPerCall(() => this.#registry.peek(path));
  }

  memory() {
    return memoryUse();
  }

  /**
   * Times from one session's release of a lock until the next in the queue holds it, ms.
   *
   * @param {{ path: string, times: number }} what
   */
  async handOver({ path, times }) {
    const other = this.#make(this.#options);
    this.#registries.push(other);
    return timeHandovers(this.#registry.getLock(path), other.getLock(path), times);
  }

  // Operations of other clients for the memory backend, which must be in the same process.

  /** @param {{ paths: readonly string[] }} what */
  async stageCreate({ paths }) {
    await Promise.all(paths.map((path) => this.#unknown.setData(path, instance)));
  }

  /** @param {{ path: string }} what */
  async stageTouch({ path }) {
    await this.#unknown.setData(path, { sentAt: sharedNow() });
  }

  /** @param {{ path: string, data: import('@ndsr/core').NodeData }} what */
  async stageWrite({ path, data }) {
    await this.#unknown.setData(path, data);
  }

  async stageEndSession() {
    const registry = /** @type {import('@ndsr/memory').MemoryServiceRegistry} */ (this.#registry);
    await registry.store.expire(registry);
  }

  /** @type {ServiceRegistry | undefined} */
  #other;

  get #unknown() {
    if (this.#other === undefined) {
      this.#other = this.#make(this.#options);
      this.#registries.push(this.#other);
    }
    return this.#other;
  }

  get #registry() {
    const [registry] = this.#registries;
    if (registry === undefined) throw new Error('Not open');
    return registry;
  }

  /**
   * @param {NodeSnapshot} snapshot
   * @param {NodeChanges} changes
   */
  #consume(snapshot, { changed }) {
    this.#consumer.show({
      changed: changed.size,
      changedData: (name) => changed.get(name)?.data,
      data: (name) => snapshot.children[name],
      readAll: () => readRecord(snapshot.children),
    });
  }

  /** @param {NodeSnapshot} snapshot */
  #show({ path, children }) {
    this.#observed.show(path, Object.keys(children).length, (name) => children[name]);
  }
}

/** @param {readonly number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
