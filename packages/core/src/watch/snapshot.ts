import type { RawNode } from '../backend/raw-node.js';
import { decodeData, sameDecoded } from '../codec/decode.js';
import { sameBytes } from '../codec/same-data.js';
import type { NodeData, NodeSnapshot, SnapshotDetail } from '../node/node-snapshot.js';
import { sameStat } from '../node/node-stat.js';

/** A snapshot and the bytes that it was decoded from, so that the next one decodes only the changes. */
export interface DecodedNode {
  readonly raw: RawNode;
  readonly snapshot: NodeSnapshot;
}

/**
 * Decodes the next delivery of a path. Unchanged parts are shared with `previous`, up to the snapshot itself: it is the same
 * object when nothing changed.
 */
export function readSnapshot(previous: DecodedNode | undefined, raw: RawNode, detail: SnapshotDetail): DecodedNode {
  const { path, stat } = raw;
  const data = shareData(previous?.raw.data ?? null, previous?.snapshot.data ?? null, raw.data);
  const children = shareChildren(previous, raw, detail);
  const last = previous?.snapshot;
  const unchanged = last !== undefined && data === last.data && children === last.children && sameStat(stat, last.stat);
  return {
    raw,
    snapshot: unchanged ? last : Object.freeze({ path, data, children, stat: stat && Object.freeze(stat) }),
  };
}

/** The decoded `bytes`, or the known value when it is equal. */
function shareData(knownBytes: Uint8Array | null, known: NodeData | null, bytes: Uint8Array | null): NodeData | null {
  if (sameBytes(knownBytes, bytes)) return known;
  const data = decodeData(bytes);
  return sameDecoded(known, data) ? known : data;
}

type Children = Record<string, NodeData | null>;

/** Shared by all nodes without children. */
const noChildren: NodeSnapshot['children'] = Object.freeze(Object.create(null));

function shareChildren(
  previous: DecodedNode | undefined,
  raw: RawNode,
  detail: SnapshotDetail,
): NodeSnapshot['children'] {
  const last = previous?.snapshot.children;
  if (last !== undefined && raw.children === previous?.raw.children) return last;
  if (raw.children.size === 0) return noChildren;
  const children: Children = Object.create(null);
  let changed = last === undefined || raw.children.size !== previous?.raw.children.size;
  for (const name of sortedNames(last, raw.children)) {
    const known = last?.[name];
    const value = detail === 'names' ? null : shareChild(previous, name, known, raw.children.get(name)?.data ?? null);
    if (value !== known) changed = true;
    children[name] = value;
  }
  return changed || last === undefined ? Object.freeze(children) : last;
}

/** The names are nearly always the same as before, and then already sorted. */
function sortedNames(last: NodeSnapshot['children'] | undefined, children: RawNode['children']): readonly string[] {
  const known = last === undefined ? [] : Object.keys(last);
  if (known.length === children.size && known.every((name) => children.has(name))) return known;
  return [...children.keys()].sort();
}

function shareChild(
  previous: DecodedNode | undefined,
  name: string,
  known: NodeData | null | undefined,
  bytes: Uint8Array | null,
): NodeData | null {
  if (known === undefined) return decodeData(bytes);
  return shareData(previous?.raw.children.get(name)?.data ?? null, known, bytes);
}

/**
 * True if two snapshots of one path are equal in value.
 * Needed where intermediate values were skipped: a change and its reversal produce a new object with the old value.
 */
export function sameSnapshot(a: NodeSnapshot, b: NodeSnapshot): boolean {
  if (a === b) return true;
  return sameStat(a.stat, b.stat) && sameDecoded(a.data, b.data) && sameChildren(a.children, b.children);
}

function sameChildren(a: NodeSnapshot['children'], b: NodeSnapshot['children']): boolean {
  if (a === b) return true;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => name in b && sameDecoded(a[name] ?? null, b[name] ?? null));
}
