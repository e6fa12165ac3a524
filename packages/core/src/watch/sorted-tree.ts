import { buildTree, findEntry, type Named, type Subtree, withEntry, withoutEntry } from './subtree.js';
import { TreeWalk } from './tree-walk.js';

/** Receives the entries of one name in two trees, undefined where there is none. Returns true to see no more of them. */
export type DifferenceVisitor<Entry> = (before: Entry | undefined, after: Entry | undefined) => boolean;

/**
 * An immutable map of entries by name, in the order of the names (by UTF-16 code units, as `sort()` orders them). A changed
 * tree shares all but about log(N) of its nodes with the one before, which also makes the two quick to compare.
 */
export class SortedTree<Entry extends Named> {
  readonly #root: Subtree<Entry> | undefined;

  private constructor(root: Subtree<Entry> | undefined) {
    this.#root = root;
  }

  /** @param entries sorted by name, each name once */
  static of<Entry extends Named>(entries: readonly Entry[]): SortedTree<Entry> {
    return new SortedTree(buildTree(entries));
  }

  get size(): number {
    return this.#root?.size ?? 0;
  }

  get(name: string): Entry | undefined {
    return this.#root && findEntry(this.#root, name);
  }

  /** With `entry` in the place of the entry of its name, if there is one. */
  with(entry: Entry): SortedTree<Entry> {
    return new SortedTree(this.#root === undefined ? buildTree([entry]) : withEntry(this.#root, entry));
  }

  /** Without the entry of that name; this tree itself if there is none. */
  without(name: string): SortedTree<Entry> {
    const root = this.#root && withoutEntry(this.#root, name);
    return root === this.#root ? this : new SortedTree(root);
  }

  forEach(visit: (entry: Entry) => void): void {
    if (this.#root !== undefined) visitAll(this.#root, visit);
  }

  /**
   * Calls `visit` for each name, in order, whose entry here is another object than in `after`. Takes time in proportion to
   * the number of changes between the two.
   */
  compare(after: SortedTree<Entry>, visit: DifferenceVisitor<Entry>): void {
    const here = new TreeWalk(this.#root);
    const there = new TreeWalk(after.#root);
    while (!here.isDone || !there.isDone) {
      here.skipShared(there);
      if (here.head === there.head) {
        here.skip();
        there.skip();
      } else if (step(here, there, visit)) {
        return;
      }
    }
  }
}

/** Visits one difference, or enters what may contain one. Returns true to end. */
function step<Entry extends Named>(
  here: TreeWalk<Entry>,
  there: TreeWalk<Entry>,
  visit: DifferenceVisitor<Entry>,
): boolean {
  const { name: left, entry: before } = here;
  const { name: right, entry: after } = there;
  if (before !== undefined && (right === undefined || before.name < right)) {
    here.skip();
    return visit(before, undefined);
  }
  if (after !== undefined && (left === undefined || after.name < left)) {
    there.skip();
    return visit(undefined, after);
  }
  if (before !== undefined && after !== undefined) {
    here.skip();
    there.skip();
    return visit(before, after);
  }
  const height = Math.max(here.height, there.height);
  if (here.height === height) here.enter();
  if (there.height === height) there.enter();
  return false;
}

function visitAll<Entry extends Named>(node: Subtree<Entry>, visit: (entry: Entry) => void): void {
  if (node.kind === 'leaf') for (const entry of node.items) visit(entry);
  else for (const inner of node.items) visitAll(inner, visit);
}
