import type { RawChild, RawNode } from '../backend/raw-node.js';
import type { SnapshotDetail } from '../node/node-snapshot.js';
import { ChildEntry } from './child-entry.js';
import { SortedTree } from './sorted-tree.js';

export interface ReadChildren {
  readonly entries: SortedTree<ChildEntry>;
  /** True if a snapshot shows a difference. A child whose stat alone differs is only different in `entries`. */
  readonly isVisible: boolean;
}

const none: SortedTree<ChildEntry> = SortedTree.of<ChildEntry>([]);

/** When more than one child in this many differs, a new tree is cheaper than changing the known one. */
const rebuildShare = 8;

/**
 * The children after a delivery. Unchanged ones are shared with `known`.
 *
 * @param isNext true if `known` is what the same watch delivered last, so that `changedChildren` applies to it
 * @throws {BackendError} a child is not a `RawChild`
 */
export function nextChildren(
  known: SortedTree<ChildEntry> | undefined,
  { children, changedChildren }: RawNode,
  detail: SnapshotDetail,
  isNext: boolean,
): ReadChildren {
  if (known !== undefined && isNext && changedChildren !== undefined) {
    const next = applyChanges(known, changedChildren, detail);
    // Otherwise the backend has left something out.
    if (next.entries.size === children.size) return next;
  }
  return compareAll(known ?? none, children, detail);
}

function applyChanges(
  known: SortedTree<ChildEntry>,
  changes: ReadonlyMap<string, RawChild | null>,
  detail: SnapshotDetail,
): ReadChildren {
  let entries = known;
  let isVisible = false;
  for (const [name, raw] of changes) {
    const before = entries.get(name);
    const after = raw === null ? undefined : entryOf(before, name, raw, detail);
    if (after === before) continue;
    isVisible ||= isVisibleChange(before, after);
    entries = after === undefined ? entries.without(name) : entries.with(after);
  }
  return { entries, isVisible };
}

function compareAll(
  known: SortedTree<ChildEntry>,
  children: ReadonlyMap<string, RawChild>,
  detail: SnapshotDetail,
): ReadChildren {
  const all: ChildEntry[] = [];
  const changed: ChildEntry[] = [];
  let isVisible = false;
  let kept = 0;
  for (const [name, raw] of children) {
    const before = known.get(name);
    const after = entryOf(before, name, raw, detail);
    if (before !== undefined) kept += 1;
    all.push(after);
    if (after === before) continue;
    changed.push(after);
    isVisible ||= isVisibleChange(before, after);
  }
  const gone = known.size - kept;
  isVisible ||= gone > 0;
  if ((changed.length + gone) * rebuildShare > all.length) {
    return { entries: SortedTree.of(all.sort((a, b) => (a.name < b.name ? -1 : 1))), isVisible };
  }
  let entries = known;
  if (gone > 0) {
    known.forEach(({ name }) => {
      if (!children.has(name)) entries = entries.without(name);
    });
  }
  for (const entry of changed) entries = entries.with(entry);
  return { entries, isVisible };
}

function entryOf(known: ChildEntry | undefined, name: string, raw: RawChild, detail: SnapshotDetail): ChildEntry {
  return detail === 'names' ? (known ?? ChildEntry.ofName(name)) : ChildEntry.next(known, name, raw);
}

function isVisibleChange(before: ChildEntry | undefined, after: ChildEntry | undefined): boolean {
  return before?.data !== after?.data || before === undefined || after === undefined;
}
