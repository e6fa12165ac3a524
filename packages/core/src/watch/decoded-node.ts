import type { RawNode } from '../backend/raw-node.js';
import { sameDecoded } from '../codec/decode.js';
import type { NodeSnapshot, SnapshotDetail } from '../node/node-snapshot.js';
import { sameStat } from '../node/node-stat.js';
import { type ChildEntry, shareData } from './child-entry.js';
import { createSnapshot, sharedChildrenOf } from './create-snapshot.js';
import { nextChildren } from './next-children.js';
import { noChildren, SharedChildren } from './shared-children.js';
import type { SortedTree } from './sorted-tree.js';

/** A delivery of a path, decoded as far as it differs from the one before. */
export interface DecodedNode {
  /** The node's own data, not decoded. */
  readonly bytes: Uint8Array | null;
  readonly snapshot: NodeSnapshot;
  /** The children of the snapshot, with their current stats. */
  readonly children: SortedTree<ChildEntry>;
  /** Grows by one with each new snapshot. */
  readonly revision: number;
}

/**
 * Decodes the next delivery of a path. Unchanged parts are shared with `previous`, up to the snapshot itself: it is the same
 * object when nothing that it shows has changed.
 *
 * @param isNext true if `previous` is the last delivery of the same watch
 * @throws {BackendError} a child is not a `RawChild`
 */
export function decodeNode(
  previous: DecodedNode | undefined,
  raw: RawNode,
  detail: SnapshotDetail,
  isNext: boolean,
): DecodedNode {
  const { path, data: bytes, stat } = raw;
  const { entries: children, isVisible } = nextChildren(previous?.children, raw, detail, isNext);
  const last = previous?.snapshot;
  const data = shareData(previous?.bytes ?? null, last?.data ?? null, bytes);
  const known = last && sharedChildrenOf(last);
  if (previous !== undefined && last !== undefined && known !== undefined && !isVisible) {
    known.keep(children);
    if (data === last.data && sameStat(stat, last.stat)) return { ...previous, bytes, children };
  }
  const shared = known === undefined || isVisible ? shareChildren(children) : known;
  const snapshot = createSnapshot(path, data, shared, stat);
  return { bytes, snapshot, children, revision: (previous?.revision ?? 0) + 1 };
}

function shareChildren(children: SortedTree<ChildEntry>): SharedChildren {
  return children.size === 0 ? noChildren : new SharedChildren(children);
}

/**
 * True if two deliveries of one path are equal in all that a snapshot shows.
 * Needed where deliveries were skipped: a change and its reversal produce a new object with the old value.
 */
export function sameNode(before: DecodedNode, after: DecodedNode): boolean {
  const [a, b] = [before.snapshot, after.snapshot];
  if (a === b) return true;
  if (after.revision === before.revision + 1) return false;
  if (!sameStat(a.stat, b.stat) || !sameDecoded(a.data, b.data)) return false;
  let isSame = true;
  before.children.compare(after.children, (one, other) => {
    isSame = one !== undefined && other !== undefined && one.looksLike(other);
    return !isSame;
  });
  return isSame;
}
