/** Fewer than that are not worth moving, ever. */
const fewest = 1_024;

/**
 * First in, first out. An array whose `shift` moves no element: tens of thousands wait after a reconnect.
 */
export class Fifo<T> {
  #items: T[] = [];
  #first = 0;

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#first];
    if (this.#first === this.#items.length) return undefined;
    this.#first += 1;
    // What was taken is let go of when nothing is left, or when it is the greater part, so that a queue that never runs
    // dry does not grow.
    const isGreaterPart = this.#first > fewest && this.#first * 2 > this.#items.length;
    if (isGreaterPart || this.#first === this.#items.length) this.#compact();
    return item;
  }

  /** Everything that waits; nothing does from then on. */
  drain(): readonly T[] {
    const rest = this.#items.slice(this.#first);
    this.#items = [];
    this.#first = 0;
    return rest;
  }

  #compact(): void {
    this.#items = this.#items.slice(this.#first);
    this.#first = 0;
  }
}
