import { line } from './narrator.mjs';

/** @import { NodeSnapshot, ServiceRegistry } from '@ndsr/core' */

/** Tells of each change of one service as it comes, and waits for changes. */
export class ServiceWatcher {
  changes = 0;
  #service;
  /** @type {NodeSnapshot | undefined} */
  #seen;
  /** @type {Set<(snapshot: NodeSnapshot) => void>} */
  #waiting = new Set();

  /** @param {string} service path whose children are the servers */
  constructor(service) {
    this.#service = service;
  }

  /**
   * The callback runs once with what is there, then after each change, across lost connections and sessions.
   *
   * @param {ServiceRegistry} registry
   */
  async watch(registry) {
    await registry.get(this.#service, { callback: (snapshot) => this.#tell(snapshot) });
  }

  /** @param {string} server */
  async sawArrival(server) {
    await this.#saw(`${server} to arrive`, ({ children }) => server in children);
  }

  /** @param {string} server */
  async sawDeparture(server) {
    await this.#saw(`${server} to leave`, ({ children }) => !(server in children));
  }

  /** @param {NodeSnapshot} snapshot */
  #tell(snapshot) {
    for (const change of changesBetween(this.#seen, snapshot)) {
      line('watcher', change);
      this.changes += 1;
    }
    this.#seen = snapshot;
    for (const check of this.#waiting) check(snapshot);
  }

  /**
   * @param {string} what
   * @param {(snapshot: NodeSnapshot) => boolean} condition
   * @returns {Promise<void>}
   */
  #saw(what, condition) {
    return new Promise((resolve, reject) => {
      /** @param {NodeSnapshot} snapshot */
      const check = (snapshot) => {
        if (!condition(snapshot)) return;
        clearTimeout(limit);
        this.#waiting.delete(check);
        resolve();
      };
      const limit = setTimeout(() => reject(new Error(`Waited 30 s for ${what}`)), 30_000);
      this.#waiting.add(check);
      if (this.#seen !== undefined) check(this.#seen);
    });
  }
}

/**
 * What came, went and changed among the children. A child's data that is the same is the same object, so `===` will do.
 *
 * @param {NodeSnapshot | undefined} before
 * @param {NodeSnapshot} after
 */
function changesBetween(before, after) {
  const old = before?.children ?? Object.create(null);
  const gone = Object.keys(old).filter((name) => !(name in after.children));
  const there = Object.entries(after.children).filter(([name, data]) => old[name] !== data);
  return [
    ...gone.map((name) => `- ${name}`),
    ...there.map(([name, data]) => `${name in old ? '~' : '+'} ${name}  ${JSON.stringify(data)}`),
  ];
}
