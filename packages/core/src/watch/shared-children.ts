import type { NodeData, NodeSnapshot } from '../node/node-snapshot.js';
import type { ChildEntry } from './child-entry.js';
import { SortedTree } from './sorted-tree.js';

/** The children that one or more snapshots show: a record that is built once, when somebody asks for it. */
export class SharedChildren {
  readonly size: number;
  /** Undefined once the record has been built. */
  #entries: SortedTree<ChildEntry> | undefined;
  #record: NodeSnapshot['children'] | undefined;

  constructor(entries: SortedTree<ChildEntry>) {
    this.size = entries.size;
    this.#entries = entries;
  }

  /** Keeps these entries instead of the older ones, from which they differ in nothing that the record shows. */
  keep(entries: SortedTree<ChildEntry>): void {
    if (this.#entries !== undefined) this.#entries = entries;
  }

  /** Maps each name to the child's data. Frozen, without a prototype, in the order of the names. */
  get record(): NodeSnapshot['children'] {
    this.#record ??= recordOf(this.#entries);
    this.#entries = undefined;
    return this.#record;
  }
}

/** Shared by all snapshots without children. */
export const noChildren: SharedChildren = new SharedChildren(SortedTree.of<ChildEntry>([]));

function recordOf(entries: SortedTree<ChildEntry> | undefined): NodeSnapshot['children'] {
  const record: Record<string, NodeData | null> = Object.create(null);
  entries?.forEach(({ name, data }) => {
    record[name] = data;
  });
  return Object.freeze(record);
}
