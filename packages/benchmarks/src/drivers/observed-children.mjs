import { sharedNow } from '../test-bed/data.mjs';

/**
 * @typedef {object} Timing a child whose changes are timed
 * @property {string} path
 * @property {string} name
 * @property {number} count
 * @property {number} last
 * @property {number[]} ms
 * @property {(ms: number[]) => void} resolve
 */

/** The number of children that a subject has observed, and the promises that wait for more. */
export class ObservedChildren {
  /** @type {Map<string, number>} the number of children of each path */
  #children = new Map();
  /** @type {{ path: string, children: number, resolve(): void }[]} */
  #waiting = [];
  /** @type {Timing | undefined} */
  #timing;

  /**
   * @param {string} path
   * @param {number} children
   * @param {(name: string) => unknown} dataOf the data of a child
   */
  show(path, children, dataOf) {
    this.#children.set(path, children);
    if (this.#timing?.path === path) this.#time(this.#timing, dataOf(this.#timing.name));
    if (this.#waiting.length === 0) return;
    const due = this.#waiting.filter((one) => one.path === path && one.children === children);
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    for (const { resolve } of due) resolve();
  }

  /**
   * Resolves once `path` has that many children.
   *
   * @param {{ path: string, children: number }} wanted
   * @returns {Promise<void>}
   */
  seen({ path, children }) {
    if (this.#children.get(path) === children) return Promise.resolve();
    return new Promise((resolve) => void this.#waiting.push({ path, children, resolve }));
  }

  /**
   * How long the next changes of a child took from their writer to here, ms each. The writer puts the time into the data.
   *
   * @param {{ path: string, name: string, count: number }} wanted
   * @returns {Promise<number[]>}
   */
  latencies({ path, name, count }) {
    return new Promise((resolve) => {
      this.#timing = { path, name, count, last: 0, ms: [], resolve };
    });
  }

  /**
   * @param {Timing} timing
   * @param {unknown} data
   */
  #time(timing, data) {
    const sentAt = typeof data === 'object' && data !== null && 'sentAt' in data ? Number(data.sentAt) : 0;
    if (!(sentAt > timing.last)) return;
    timing.last = sentAt;
    timing.ms.push(sharedNow() - sentAt);
    if (timing.ms.length < timing.count) return;
    this.#timing = undefined;
    timing.resolve(timing.ms);
  }
}
