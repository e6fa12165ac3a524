import { line } from './narrator.mjs';

/** @import { NodeSnapshot, ServiceRegistry } from '@ndsr/core' */

/** The time limit for the slowest change: the end of a session on a ZooKeeper with long ticks. */
const patienceMs = 45_000;

/** Prints each change of a service's servers. */
export class ServiceWatcher {
  changes = 0;
  #path;
  /** @type {NodeSnapshot | undefined} */
  #seen;
  /** Called with each snapshot. @type {Set<(snapshot: NodeSnapshot) => void>} */
  #checks = new Set();

  /** @param {string} path whose children are the servers */
  constructor(path) {
    this.#path = path;
  }

  /**
   * One `get`: its callback runs with the current state, then after each change, across lost connections and sessions.
   *
   * @param {ServiceRegistry} registry
   */
  async watch(registry) {
    line('watcher', `get('${this.#path}', { callback })`);
    await registry.get(this.#path, { callback: (snapshot) => this.#tell(snapshot) });
  }

  /**
   * Resolves once the watcher has observed the expected change, from now on.
   *
   * @param {string} what
   * @param {(children: NodeSnapshot['children']) => boolean} condition
   * @returns {Promise<void>}
   */
  sees(what, condition) {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`Waited too long for ${what}`)), patienceMs);
      /** @param {NodeSnapshot} snapshot */
      const check = ({ children }) => {
        if (!condition(children)) return;
        clearTimeout(limit);
        this.#checks.delete(check);
        resolve();
      };
      this.#checks.add(check);
      if (this.#seen !== undefined) check(this.#seen);
    });
  }

  /** @param {NodeSnapshot} snapshot */
  #tell(snapshot) {
    for (const change of changesBetween(this.#seen, snapshot)) {
      line('watcher', change);
      this.changes += 1;
    }
    this.#seen = snapshot;
    for (const check of this.#checks) check(snapshot);
  }
}

/**
 * The removed, added and changed servers. Unchanged data is the same object, so `===` detects it.
 *
 * @param {NodeSnapshot | undefined} before
 * @param {NodeSnapshot} after
 */
function changesBetween(before, { children }) {
  const known = before?.children ?? Object.create(null);
  const gone = Object.keys(known).filter((name) => !(name in children));
  const other = Object.entries(children).filter(([name, data]) => data !== known[name]);
  return [
    ...gone.map((name) => `- ${name}`),
    ...other.map(([name, data]) => `${name in known ? '~' : '+'} ${name}  ${JSON.stringify(data)}`),
  ];
}
