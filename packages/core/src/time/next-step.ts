const settled = Promise.resolve();

/** Passes on items in a microtask, in their order: one promise for thousands of items that are added together. */
export class NextStep<Item> {
  readonly #onItem: (item: Item) => void;
  #items: Item[] = [];

  /** @param onItem must not throw */
  constructor(onItem: (item: Item) => void) {
    this.#onItem = onItem;
  }

  /** Passes on `item` in a microtask, or in the current one if it is added while items are passed on. */
  add(item: Item): void {
    this.#items.push(item);
    if (this.#items.length === 1) void settled.then(this.#flush);
  }

  readonly #flush = (): void => {
    try {
      // Includes the items that are added meanwhile.
      for (const item of this.#items) this.#onItem(item);
    } finally {
      this.#items = [];
    }
  };
}
