import type { SnapshotDetail } from '../node/node-snapshot.js';
import type { SavedNode } from './saved-node.js';

/**
 * The content of a cache file. A path may appear twice, with its children's data and with their names only: the processes
 * that share the file may need different details, and neither may lose its entries to the other.
 */
export type CacheContent = ReadonlyMap<string, SavedNode>;

export const noContent: CacheContent = new Map();

export function contentOf(nodes: Iterable<SavedNode>): CacheContent {
  const content = new Map<string, SavedNode>();
  for (const node of nodes) add(content, node);
  return content;
}

/** Keeps the newer entry of each path and detail. Commutative, associative and idempotent: order and repetition do not matter. */
export function mergeContent(a: CacheContent, b: CacheContent): CacheContent {
  const merged = new Map(a);
  for (const node of b.values()) add(merged, node);
  return merged;
}

/** An unchanged value is saved again only after this time, ms; until then the time in the file is accurate enough. */
export const refreshAfterMs = 3_600_000;

/** True if `content` already contains all `updates`: the same values that are not much older, or newer values. */
export function containsAll(content: CacheContent, updates: CacheContent): boolean {
  for (const [key, node] of updates) {
    const known = content.get(key);
    if (known === undefined || (newerOf(known, node) !== known && !isUpToDate(known, node))) return false;
  }
  return true;
}

function isUpToDate(known: SavedNode, node: SavedNode): boolean {
  return node.savedAt - known.savedAt < refreshAfterMs && withoutTime(known) === withoutTime(node);
}

function withoutTime({ line }: SavedNode): string {
  return line.slice(0, line.lastIndexOf(',"savedAt":'));
}

/** The entry that answers `path` in that detail. Names can also be taken from an entry with data; the newer one wins. */
export function findSaved(content: CacheContent, path: string, detail: SnapshotDetail): SavedNode | undefined {
  const full = content.get(keyOf(path, 'data'));
  if (detail === 'data') return full;
  const names = content.get(keyOf(path, 'names'));
  return full === undefined || names === undefined ? (full ?? names) : newerOf(full, names);
}

/** Keys are unique because a path begins with "/". */
export function keyOf(path: string, detail: SnapshotDetail): string {
  return detail === 'data' ? path : `names ${path}`;
}

function add(content: Map<string, SavedNode>, node: SavedNode): void {
  const key = keyOf(node.path, node.detail);
  const known = content.get(key);
  content.set(key, known === undefined ? node : newerOf(known, node));
}

/** Of two equally old entries the greater text wins: any rule works as long as every process applies the same one. */
function newerOf(a: SavedNode, b: SavedNode): SavedNode {
  if (a.savedAt !== b.savedAt) return a.savedAt > b.savedAt ? a : b;
  return a.line >= b.line ? a : b;
}
