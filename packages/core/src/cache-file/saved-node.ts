import type { RawNode } from '../backend/raw-node.js';
import type { NodeData, NodeSnapshot } from '../node/node-snapshot.js';
import type { NodeStat } from '../node/node-stat.js';
import type { SnapshotDetail } from '../watch/snapshot.js';
import { toSavedStat } from './saved-stat.js';

/**
 * A path in the cache file. It stays the text that it is in the file: a process that watches five of five thousand paths
 * decodes five.
 */
export interface SavedNode {
  readonly path: string;
  readonly detail: SnapshotDetail;
  /** When this was heard from the servers, ms since 1970. */
  readonly savedAt: number;
  /** `"path":{…}` on one line. */
  readonly line: string;
}

/** What an entry says, once it has been checked. */
export interface SavedValue {
  readonly data: NodeData | null;
  readonly children: Readonly<Record<string, NodeData | null>> | readonly string[];
  readonly stat: NodeStat;
  readonly savedAt: number;
}

/**
 * Whether there is nothing in it that is worth remembering. Emptiness is never saved: a process that starts while nobody
 * can be asked shall not take a service for gone because it was, or looked, empty once.
 */
export function isEmpty({ data, children, stat }: NodeSnapshot): boolean {
  if (stat === null) return true;
  if (data !== null) return false;
  for (const _ in children) return false;
  return true;
}

/** Undefined for what cannot be written: the absent, and a stranger's data that are nested too deep for `JSON.stringify`. */
export function saveNode(snapshot: NodeSnapshot, detail: SnapshotDetail, savedAt: number): SavedNode | undefined {
  const { path, data, stat } = snapshot;
  if (stat === null) return undefined;
  const children = detail === 'names' ? Object.keys(snapshot.children).sort() : snapshot.children;
  const time = new Date(savedAt).toISOString();
  const line = lineOf(path, { data, children, stat: toSavedStat(stat), savedAt: time });
  return line === undefined ? undefined : { path, detail, savedAt, line };
}

/** `"path":{…}`; undefined when the value is nested too deep. */
export function lineOf(path: string, value: unknown): string | undefined {
  try {
    return `${JSON.stringify(path)}:${JSON.stringify(value)}`;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * The node as a backend would deliver it, so that the first one that is delivered shares what is equal with it.
 * Undefined when it is nested too deep.
 */
export function rawNodeOf(path: string, { data, children, stat }: SavedValue): RawNode | undefined {
  try {
    const list = Array.isArray(children)
      ? children.map((name: string) => [name, null] as const)
      : Object.entries(children).map(([name, value]) => [name, toBytes(value)] as const);
    return { path, data: toBytes(data), children: new Map(list), stat };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function toBytes(data: NodeData | null): Uint8Array | null {
  return data === null ? null : Buffer.from(JSON.stringify(data), 'utf8');
}
