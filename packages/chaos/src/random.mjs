/** Random numbers from a seed (mulberry32), for reproducible runs. */
export class Random {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed | 0;
  }

  /** From 0 (inclusive) to 1 (exclusive). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /**
   * An integer, both ends included.
   *
   * @param {number} least
   * @param {number} most
   */
  between(least, most) {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** @param {number} probability */
  chance(probability) {
    return this.next() < probability;
  }

  /**
   * @template T
   * @param {readonly T[]} list not empty
   * @returns {T}
   */
  pick(list) {
    return /** @type {T} */ (list[Math.floor(this.next() * list.length)]);
  }

  /**
   * @template T
   * @param {readonly T[]} list
   * @returns {T[]} a copy in another order
   */
  shuffle(list) {
    const rest = [...list];
    return Array.from(list, () => /** @type {T} */ (rest.splice(Math.floor(this.next() * rest.length), 1)[0]));
  }

  /** A seed for another generator. */
  seed() {
    return Math.floor(this.next() * 2 ** 31);
  }
}
