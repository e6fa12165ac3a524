import type { RawNode } from '../backend/raw-node.js';
import type { NodeData, NodeSnapshot, SnapshotDetail } from '../node/node-snapshot.js';
import type { NodeStat } from '../node/node-stat.js';
import { childOf } from '../node/path.js';

import { jsonText } from './json-text.js';
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

/** A value on its line in the file. */
export interface SerialisedNode {
  /** Undefined when nothing worth saving is left. */
  readonly node: SavedNode | undefined;
  /** Nodes whose data are nested too deep to be written; the file has null in their place. */
  readonly omitted: readonly string[];
}

/** What is reported of a node whose data are left out. */
export function describeOmitted(path: string): string {
  return `the data of ${path} are nested too deep`;
}

/** Another client's data can be too deep for `JSON.stringify`. They cost themselves alone, not the rest of the service. */
export function serialiseNode(path: string, detail: SnapshotDetail, value: SavedValue): SerialisedNode {
  const { data, children, stat, savedAt } = value;
  const omitted: string[] = [];
  const textOf = (at: string, inner: NodeData | null): string => {
    const text = jsonText(inner);
    if (text === undefined) omitted.push(at);
    return text ?? 'null';
  };
  const own = textOf(path, data);
  const list = isNames(children) ? JSON.stringify(children) : recordText(path, children, textOf);
  if (omitted.includes(path) && hasNoChildren(children)) return { node: undefined, omitted };
  const time = JSON.stringify(new Date(savedAt).toISOString());
  const body = `"data":${own},"children":${list},"stat":${JSON.stringify(toSavedStat(stat))},"savedAt":${time}`;
  return { node: { path, detail, savedAt, line: `${JSON.stringify(path)}:{${body}}` }, omitted };
}

/** As `writeNode`, for a node that exists. */
export function serialiseSnapshot(snapshot: NodeSnapshot, detail: SnapshotDetail, savedAt: number): SerialisedNode {
  const { path, data, stat } = snapshot;
  if (stat === null) return { node: undefined, omitted: [] };
  const children = detail === 'names' ? Object.keys(snapshot.children).sort() : snapshot.children;
  return serialiseNode(path, detail, { data, children, stat, savedAt });
}

/**
 * The node as a backend would deliver it, so that the first one that is delivered shares what is equal with it.
 * Data that are nested too deep are left out; undefined when nothing else is there.
 */
export function rawNodeOf(path: string, { data, children, stat }: SavedValue): RawNode | undefined {
  const bytes = toBytes(data);
  if (data !== null && bytes === null && hasNoChildren(children)) return undefined;
  const list = isNames(children)
    ? children.map((name) => [name, null] as const)
    : Object.entries(children).map(([name, value]) => [name, toBytes(value)] as const);
  return { path, data: bytes, children: new Map(list), stat };
}

type Children = SavedValue['children'];

function isNames(children: Children): children is readonly string[] {
  return Array.isArray(children);
}

function hasNoChildren(children: Children): boolean {
  for (const _ in children) return false;
  return true;
}

function recordText(
  path: string,
  children: Readonly<Record<string, NodeData | null>>,
  textOf: (path: string, data: NodeData | null) => string,
): string {
  const pairs = Object.entries(children).map(
    ([name, data]) => `${JSON.stringify(name)}:${textOf(childOf(path, name), data)}`,
  );
  return `{${pairs.join()}}`;
}

function toBytes(data: NodeData | null): Uint8Array | null {
  const text = data === null ? undefined : jsonText(data);
  return text === undefined ? null : Buffer.from(text, 'utf8');
}
