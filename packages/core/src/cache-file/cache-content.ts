import type { SnapshotDetail } from '../node/node-snapshot.js';

import type { SavedNode } from './saved-node.js';

/**
 * What a cache file holds. A path may be there twice, with its children's data and with their names alone: the processes
 * that share the file need not want the same, and neither shall lose what it saved to the other.
 */
export type CacheContent = ReadonlyMap<string, SavedNode>;

export const noContent: CacheContent = new Map();

export function contentOf(nodes: Iterable<SavedNode>): CacheContent {
  const content = new Map<string, SavedNode>();
  for (const node of nodes) add(content, node);
  return content;
}

/** Of each path, and each detail, what is newer: in whatever order and however often files are merged, it comes out the same. */
export function mergeContent(a: CacheContent, b: CacheContent): CacheContent {
  const merged = new Map(a);
  for (const node of b.values()) add(merged, node);
  return merged;
}

/** The same value is not saved anew before that long, ms: until then the file says well enough how old it is. */
export const refreshAfterMs = 3_600_000;

/** Whether `content` has all of `news` already: the same values and not much older, or newer ones. */
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

/** What answers `path` in that detail: names can be taken from data too, whichever is newer. */
export function findSaved(content: CacheContent, path: string, detail: SnapshotDetail): SavedNode | undefined {
  const full = content.get(keyOf(path, 'data'));
  if (detail === 'data') return full;
  const names = content.get(keyOf(path, 'names'));
  return full === undefined || names === undefined ? (full ?? names) : newerOf(full, names);
}

/** A path begins with "/", so that no two keys are the same. */
export function keyOf(path: string, detail: SnapshotDetail): string {
  return detail === 'data' ? path : `names ${path}`;
}

function add(content: Map<string, SavedNode>, node: SavedNode): void {
  const key = keyOf(node.path, node.detail);
  const known = content.get(key);
  content.set(key, known === undefined ? node : newerOf(known, node));
}

/** Of two that are equally old the greater text: any rule will do, if it does not depend on who asks. */
function newerOf(a: SavedNode, b: SavedNode): SavedNode {
  if (a.savedAt !== b.savedAt) return a.savedAt > b.savedAt ? a : b;
  return a.line >= b.line ? a : b;
}
