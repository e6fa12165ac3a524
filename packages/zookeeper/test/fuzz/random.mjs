/** Random numbers, the same for the same seed. */
export class Random {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed | 0;
  }

  /** From 0 up to 1. Mulberry32. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /**
   * A whole number from 0 up to, not including, `end`.
   * @param {number} end
   */
  below(end) {
    return Math.floor(this.next() * end);
  }

  /**
   * @template T
   * @param {readonly [T, ...T[]]} choices
   * @returns {T}
   */
  pick(choices) {
    return choices[this.below(choices.length)] ?? choices[0];
  }
}
