import { nameOnly, type RawNode } from '../backend/raw-node.js';
import type { JsonValue, NodeData, NodeSnapshot, SnapshotDetail } from '../node/node-snapshot.js';
import type { NodeStat } from '../node/node-stat.js';
import { childOf } from '../node/path.js';
import { toSavedStat } from './saved-stat.js';

/**
 * A path in the cache file. It stays the text from the file: a process that watches five of five thousand paths
 * decodes five.
 */
export interface SavedNode {
  readonly path: string;
  readonly detail: SnapshotDetail;
  /** When the servers delivered this, ms since 1970. */
  readonly savedAt: number;
  /** `"path":{…}` on one line. */
  readonly line: string;
}

/** The checked value of an entry. */
export interface SavedValue {
  readonly data: NodeData | null;
  readonly children: Readonly<Record<string, NodeData | null>> | readonly string[];
  readonly stat: NodeStat;
  readonly savedAt: number;
}

/**
 * True if there is nothing worth saving. Empty nodes are never saved: a process that starts without a reachable server
 * must not consider a service gone because it was, or looked, empty once.
 */
export function isEmpty({ data, stat }: NodeSnapshot, childCount: number): boolean {
  return stat === null || (data === null && childCount === 0);
}

/** A value serialised as its line in the file. */
export interface SerialisedNode {
  /** Undefined if nothing worth saving is left. */
  readonly node: SavedNode | undefined;
  /** Paths of nodes whose data is nested too deep to be serialised; the file has null instead. */
  readonly omitted: readonly string[];
}

/** Describes a node whose data is left out. */
export function describeOmitted(path: string): string {
  return `the data of ${path} is nested too deep`;
}

/** Another client's data can be nested too deep for `JSON.stringify`. Only that data is lost, not the rest of the service. */
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
 * The node in the form in which a backend delivers it, so that the first delivery shares its unchanged parts.
 * Data that is nested too deep is left out; undefined if nothing else is left.
 */
export function rawNodeOf(path: string, { data, children, stat }: SavedValue): RawNode | undefined {
  const bytes = toBytes(data);
  if (data !== null && bytes === null && hasNoChildren(children)) return undefined;
  const list = isNames(children)
    ? children.map((name) => [name, nameOnly] as const)
    : Object.entries(children).map(([name, value]) => [name, { data: toBytes(value), stat: null }] as const);
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

/** `value` as JSON; undefined if it is nested deeper than the stack allows. */
function jsonText(value: JsonValue): string | undefined {
  try {
    const text = JSON.stringify(value);
    // A number like 1e400 is parsed as infinity, which `JSON.stringify` turns into null.
    return text.includes('null') ? exactText(value) : text;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Writes infinity as a number that is parsed as infinity again. */
function exactText(value: JsonValue): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return value < 0 ? '-1e400' : '1e400';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(exactText).join()}]`;
  const pairs = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${exactText(inner)}`);
  return `{${pairs.join()}}`;
}
