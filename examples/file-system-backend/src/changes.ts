import {
  BackendError,
  BadVersionError,
  NodeExistsError,
  NoNodeError,
  NotEmptyError,
  parentOf,
} from '@ndsr/core/backend';
import type { Tree, TreeNode } from './tree.js';

export interface NewNode {
  /** Base64; empty for no data. */
  readonly data: string;
  /** The session of an ephemeral node, 0 for a persistent one. */
  readonly owner: number;
  readonly replacing: number | null;
  /** Wall clock, ms since 1970. */
  readonly time: number;
}

// Each change is validated completely before it is applied: one that throws leaves the draft unchanged.

export function createNode(draft: Tree, path: string, { data, owner, replacing, time }: NewNode): void {
  if (replacing === null) checkFree(draft, path);
  else checkRemovable(draft, path, replacing);
  const parents = missingParents(draft, path);
  checkBearsChildren(draft, parentOf(parents[0] ?? path) ?? '/');
  for (const parent of parents) insert(draft, parent, { data: '', owner: 0, time });
  // Removed and re-created by one transaction of one draft: the gap is not observable (`atomicReplace`).
  if (replacing !== null) takeAway(draft, path, draft.zxid + 1);
  insert(draft, path, { data, owner, time });
}

/** `path` with the next number of its parent: the number of added and removed children, as in ZooKeeper. */
export function nextInSequence(draft: Tree, path: string): string {
  const changes = draft.get(parentOf(path) ?? '/')?.cversion ?? 0;
  return `${path}${String(changes).padStart(10, '0')}`;
}

export function writeNode(draft: Tree, path: string, data: string, version: number, time: number): void {
  const node = expectNode(draft, path, version);
  draft.zxid += 1;
  draft.set(path, { ...node, data, mzxid: draft.zxid, mtime: time, version: node.version + 1 });
}

export function removeNode(draft: Tree, path: string, version: number): void {
  checkRemovable(draft, path, version);
  draft.zxid += 1;
  takeAway(draft, path, draft.zxid);
}

export function openSession(draft: Tree, id: number, timeoutMs: number): void {
  draft.zxid += 1;
  draft.sessions.set(id, timeoutMs);
}

/** Ends a session and removes its ephemeral nodes. */
export function endSession(draft: Tree, id: number): void {
  draft.zxid += 1;
  for (const path of draft.ownedBy(id)) takeAway(draft, path, draft.zxid);
  draft.sessions.delete(id);
}

function insert(draft: Tree, path: string, { data, owner, time }: Omit<NewNode, 'replacing'>): void {
  draft.zxid += 1;
  const { zxid } = draft;
  const births = { czxid: zxid, mzxid: zxid, pzxid: zxid, ctime: time, mtime: time };
  draft.set(path, { data, owner, ...births, version: 0, cversion: 0 });
  markParent(draft, path, zxid);
}

function takeAway(draft: Tree, path: string, zxid: number): void {
  draft.delete(path);
  markParent(draft, path, zxid);
}

/** An added or removed child does not change its parent's data, version or mtime. */
function markParent(draft: Tree, path: string, zxid: number): void {
  const parent = parentOf(path) ?? '/';
  const node = draft.get(parent);
  if (node !== undefined) draft.set(parent, { ...node, pzxid: zxid, cversion: node.cversion + 1 });
}

/** Topmost first. */
function missingParents(draft: Tree, path: string): string[] {
  const missing: string[] = [];
  for (let above = parentOf(path); above !== undefined && draft.get(above) === undefined; above = parentOf(above)) {
    missing.unshift(above);
  }
  return missing;
}

function checkFree(draft: Tree, path: string): void {
  if (draft.get(path) !== undefined) throw new NodeExistsError(path);
}

function checkBearsChildren(draft: Tree, path: string): void {
  if (draft.get(path)?.owner === 0) return;
  throw new BackendError(`${path} is ephemeral and can have no children`, { path });
}

function checkRemovable(draft: Tree, path: string, version: number): void {
  if (path === '/') throw new BackendError('The root cannot be removed', { path });
  expectNode(draft, path, version);
  if (draft.hasChildren(path)) throw new NotEmptyError(path);
}

function expectNode(draft: Tree, path: string, version: number): TreeNode {
  const node = draft.get(path);
  if (node === undefined) throw new NoNodeError(path);
  if (node.version !== version) throw new BadVersionError(path);
  return node;
}
