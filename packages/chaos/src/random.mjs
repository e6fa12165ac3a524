import { createHash, randomInt } from 'node:crypto';

/**
 * Random numbers from a seed, for reproducible runs. `of` derives independent generators by name: the same seed and names give the
 * same numbers whatever else is drawn, so that a cell that runs alone repeats the numbers it had among all the others.
 */
export class Random {
  #key;
  #drawn = 0;

  /** @param {number | string} seed */
  constructor(seed) {
    this.#key = String(seed);
  }

  /**
   * A generator of its own, always the same for `name`.
   *
   * @param {string} name
   */
  of(name) {
    return new Random(`${this.#key}/${name}`);
  }

  /** From 0 (inclusive) to 1 (exclusive). */
  next() {
    const digest = createHash('sha256').update(`${this.#key}#${this.#drawn}`).digest();
    this.#drawn += 1;
    return digest.readUInt32BE(0) / 2 ** 32;
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

  /** A seed for a generator in another process. */
  seed() {
    return Math.floor(this.next() * 2 ** 31);
  }
}

/**
 * `NDSR_SEED`, or a random seed when it is not set.
 *
 * @param {NodeJS.ProcessEnv} env
 * @throws {TypeError} when it is not a whole number
 */
export function seedOf(env) {
  const given = env.NDSR_SEED;
  if (given === undefined || given === '') return randomInt(2 ** 32);
  if (!/^\d+$/.test(given)) throw new TypeError(`NDSR_SEED must be a whole number, not '${given}'`);
  return Number(given);
}
