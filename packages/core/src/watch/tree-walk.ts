import type { Named, Subtree } from './subtree.js';

interface Position<Entry extends Named> {
  readonly node: Subtree<Entry>;
  index: number;
}

/** Walks through a tree in order; what is known already, a whole subtree for example, is skipped. */
export class TreeWalk<Entry extends Named> {
  readonly #above: Position<Entry>[] = [];
  #root: Subtree<Entry> | undefined;
  #at: Position<Entry> | undefined;

  constructor(root: Subtree<Entry> | undefined) {
    this.#root = root;
  }

  get isDone(): boolean {
    return this.#root === undefined && this.#at === undefined;
  }

  /** The next subtree or entry; undefined at the end. */
  get head(): Subtree<Entry> | Entry | undefined {
    return this.#root ?? this.#at?.node.items[this.#at.index];
  }

  /** The next name. */
  get name(): string | undefined {
    return this.head?.name;
  }

  /** The next entry; undefined if a subtree is next. */
  get entry(): Entry | undefined {
    if (this.#root !== undefined || this.#at?.node.kind !== 'leaf') return undefined;
    return this.#at.node.items[this.#at.index];
  }

  /** The height of the next subtree; -1 if an entry is next, or nothing. */
  get height(): number {
    if (this.#root !== undefined) return this.#root.height;
    return this.#at === undefined ? -1 : this.#at.node.height - 1;
  }

  /** Passes the next subtree or entry. */
  skip(): void {
    this.#root = undefined;
    const at = this.#at;
    if (at === undefined) return;
    at.index += 1;
    if (at.index < at.node.items.length) return;
    this.#at = this.#above.pop();
    this.skip();
  }

  /** Passes everything that comes next here and there, and is the same object. */
  skipShared(there: TreeWalk<Entry>): void {
    const [a, b] = [this.#at, there.#at];
    if (a === undefined || b === undefined || this.#root !== undefined || there.#root !== undefined) return;
    const [left, right] = [a.node.items, b.node.items];
    // The last item is left to `skip`, which goes on above.
    while (
      a.index < left.length - 1 &&
      b.index < right.length - 1 &&
      (left[a.index] as unknown) === (right[b.index] as unknown)
    ) {
      a.index += 1;
      b.index += 1;
    }
  }

  /** Goes on with the first item of the next subtree. */
  enter(): void {
    const node = this.#root ?? (this.#at?.node.kind === 'branch' ? this.#at.node.items[this.#at.index] : undefined);
    if (node === undefined) return;
    if (this.#at !== undefined) this.#above.push(this.#at);
    this.#root = undefined;
    this.#at = { node, index: 0 };
  }
}
