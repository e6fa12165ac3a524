/** @import { BaselineClient } from './baseline-client.mjs' */

/** The recipe of ZooKeeper's own documentation for an exclusive lock: a line of sequential nodes, each waits for the one before. */
export class BaselineLock {
  #client;
  #path;
  #own = '';
  /** @type {Map<string, () => void>} */
  #waiting = new Map();

  /**
   * @param {BaselineClient} client
   * @param {string} path exists
   */
  constructor(client, path) {
    this.#client = client;
    this.#path = path;
    client.onEvent((event) => this.#waiting.get(event.path)?.());
  }

  async acquire() {
    this.#own = await answer((done) => this.#client.create(`${this.#path}/n-`, Buffer.alloc(0), 'sequential', done));
    for (;;) {
      const names = await this.#names();
      const before = names
        .map((name) => `${this.#path}/${name}`)
        .filter((path) => path < this.#own)
        .sort()
        .at(-1);
      if (before === undefined) return;
      await this.#gone(before);
    }
  }

  async release() {
    await answer((done) => this.#client.remove(this.#own, done));
  }

  /** @returns {Promise<string[]>} */
  #names() {
    return answer((done) => this.#client.getChildren(this.#path, false, done));
  }

  /** @param {string} path */
  async #gone(path) {
    const notified = new Promise((resolve) => this.#waiting.set(path, () => resolve(undefined)));
    const there = await answer((done) => this.#client.exists(path, true, done));
    if (there) await notified;
    this.#waiting.delete(path);
  }
}

/**
 * @template T
 * @param {(done: (error: unknown, value?: T) => void) => void} ask
 * @returns {Promise<T>}
 */
function answer(ask) {
  return new Promise((resolve, reject) => {
    ask((error, value) => (error ? reject(error) : resolve(/** @type {T} */ (value))));
  });
}
