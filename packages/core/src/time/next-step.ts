const settled = Promise.resolve();

/** Passes on items in a microtask, in their order: one promise for thousands of items that are added together. */
export class NextStep<Item> {
  readonly #take: (item: Item) => void;
  #items: Item[] = [];

  /** @param take must not throw */
  constructor(take: (item: Item) => void) {
    this.#take = take;
  }

  /** `item` is handed on in the next step (a microtask), or in this one if it is added while items are handed on. */
  add(item: Item): void {
    this.#items.push(item);
    if (this.#items.length === 1) void settled.then(this.#handOn);
  }

  readonly #handOn = (): void => {
    // Includes the items that are added meanwhile.
    for (const item of this.#items) this.#take(item);
    this.#items = [];
  };
}
