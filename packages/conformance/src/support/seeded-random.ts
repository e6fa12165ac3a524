/** Random numbers that a seed reproduces (mulberry32). */
export class SeededRandom {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** From 0 up to, not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.below(from.length)] ?? from[0];
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
}

export function anySeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

/** Runs `work` with random numbers of `seed`, and adds the seed to the message of a failure. */
export async function withSeed(seed: number, work: (random: SeededRandom) => Promise<void>): Promise<void> {
  try {
    await work(new SeededRandom(seed));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`With seed ${seed}: ${message}`, { cause: error });
  }
}
