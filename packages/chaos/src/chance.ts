import { createHash, randomInt } from 'node:crypto';

/**
 * Random numbers drawn by name. The same seed and name give the same number whatever else is drawn: a cell that runs alone repeats
 * the numbers it had among all the others.
 */
export class Chance {
  readonly #key: string;

  constructor(key: number | string) {
    this.#key = String(key);
  }

  /** A namespace: names in `part` do not collide with others. */
  of(part: string): Chance {
    return new Chance(`${this.#key}/${part}`);
  }

  /** From `low` up to, not including, `high`. */
  between(name: string, low: number, high: number): number {
    const drawn = createHash('sha256').update(`${this.#key}/${name}`).digest().readUInt32BE(0) / 2 ** 32;
    return low + drawn * (high - low);
  }

  pick<T>(name: string, items: readonly [T, ...T[]]): T {
    return items[Math.floor(this.between(name, 0, items.length))] ?? items[0];
  }
}

/** `NDSR_SEED`, or a random seed when it is not set. @throws {TypeError} when it is not a whole number */
export function seedOf(env: NodeJS.ProcessEnv): number {
  const given = env.NDSR_SEED;
  if (given === undefined || given === '') return randomInt(2 ** 32);
  if (!/^\d+$/.test(given)) throw new TypeError(`NDSR_SEED must be a whole number, not '${given}'`);
  return Number(given);
}
