/** @import { Hand } from './hand.mjs' */

/** The recipe of ZooKeeper's own documentation for an exclusive lock: a line of sequential nodes, each waits for the one before. */
export class HandLock {
  #hand;
  #path;
  #own = '';
  /** @type {Map<string, () => void>} */
  #waiting = new Map();

  /**
   * @param {Hand} hand
   * @param {string} path exists
   */
  constructor(hand, path) {
    this.#hand = hand;
    this.#path = path;
    hand.onEvent((event) => this.#waiting.get(event.path)?.());
  }

  async acquire() {
    this.#own = await answer((done) => this.#hand.create(`${this.#path}/n-`, Buffer.alloc(0), 'sequential', done));
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
    await answer((done) => this.#hand.remove(this.#own, done));
  }

  /** @returns {Promise<string[]>} */
  #names() {
    return answer((done) => this.#hand.getChildren(this.#path, false, done));
  }

  /** @param {string} path */
  async #gone(path) {
    const told = new Promise((resolve) => this.#waiting.set(path, () => resolve(undefined)));
    const there = await answer((done) => this.#hand.exists(path, true, done));
    if (there) await told;
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
