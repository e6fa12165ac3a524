/** Moving fewer items is not worth it. */
const minCompactedItems = 1_024;

/** A queue whose `shift` moves no element, unlike an array's: tens of thousands of requests wait after a reconnect. */
export class Fifo<T> {
  #items: T[] = [];
  #first = 0;

  /** Adds an item at the end. */
  push(item: T): void {
    this.#items.push(item);
  }

  /** Removes and returns the first item; undefined if there is none. */
  shift(): T | undefined {
    const item = this.#items[this.#first];
    if (this.#first === this.#items.length) return undefined;
    this.#first += 1;
    // Frees the taken items when nothing is left, or when they are more than half, so that a queue that is never empty
    // does not grow.
    const isGreaterPart = this.#first > minCompactedItems && this.#first * 2 > this.#items.length;
    if (isGreaterPart || this.#first === this.#items.length) this.#compact();
    return item;
  }

  /** Removes and returns all items. */
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
