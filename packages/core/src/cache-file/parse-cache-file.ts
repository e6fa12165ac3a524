import { checkPath } from '../node/path.js';
import { type CacheContent, contentOf } from './cache-content.js';
import { checkSavedValue, isRecord } from './check-saved-value.js';
import { describeOmitted, type SavedNode, type SavedValue, serialiseNode } from './saved-node.js';
import { layout } from './serialise-cache-file.js';

/** What a file turned out to be: usable except for the entries in `complaints`; one of ours, but damaged; another program's. */
export type ParsedCacheFile =
  | { readonly kind: 'content'; readonly content: CacheContent; readonly problems: readonly string[] }
  | UnusableCacheFile;

export interface UnusableCacheFile {
  readonly kind: 'damaged' | 'foreign';
  readonly reason: string;
}

/** Entries by their line. */
export type KnownLines = ReadonlyMap<string, SavedNode>;

/**
 * Yields between entries, so that a large file can be read a little at a time. Anything may be in it; never throws.
 * Lines that are `known` need not be looked at again: little changes from one save of somebody else's to the next.
 */
export function* parseCacheFile(text: string, known: KnownLines = new Map()): Generator<undefined, ParsedCacheFile> {
  return (yield* parseByLine(text, known)) ?? (yield* parseWhole(text));
}

export function* linesOf(content: CacheContent): Generator<undefined, KnownLines> {
  const lines = new Map<string, SavedNode>();
  for (const node of content.values()) {
    lines.set(node.line, node);
    yield;
  }
  return lines;
}

/** Undefined when the file is not laid out as we do it. */
function* parseByLine(text: string, known: KnownLines): Generator<undefined, ParsedCacheFile | undefined> {
  const end = text.length - layout.closing.length - 1;
  let from = layout.opening.length + 1;
  if (!text.startsWith(`${layout.opening}\n`) || end < from || text.slice(end) !== `${layout.closing}\n`)
    return undefined;
  const entries = new EntryCollector();
  while (from < end) {
    const until = text.indexOf('\n', from);
    const line = text.slice(from, text[until - 1] === ',' ? until - 1 : until);
    from = until + 1;
    if (line === layout.between) continue;
    const node = known.get(line);
    const entry = node === undefined ? parseLine(line) : undefined;
    if (node !== undefined) entries.addKnown(node, line);
    else if (entry !== undefined) entries.addIfValid(entry[0], entry[1], line);
    else return undefined;
    yield;
  }
  return entries.result;
}

/** Path and value; undefined when it is not just one of each. */
function parseLine(line: string): readonly [string, unknown] | undefined {
  const entries = Object.entries(parseJson(`{${line}}`) ?? {});
  return entries.length === 1 ? entries[0] : undefined;
}

/** As somebody else wrote it: a person, or another program. */
function* parseWhole(text: string): Generator<undefined, ParsedCacheFile> {
  const file = parseJson(text);
  if (file === undefined) return unusable(text, 'it is no JSON object');
  const { version, nodes, names = {} } = file;
  if (version !== 1) return unusable(text, 'its version is not 1');
  if (!isRecord(nodes) || !isRecord(names)) return unusable(text, 'its nodes are no object');
  const entries = new EntryCollector();
  for (const [path, value] of [...Object.entries(nodes), ...Object.entries(names)]) {
    entries.addIfValid(path, value);
    yield;
  }
  return entries.result;
}

/** How a cache file begins, of whatever version and layout. Many formats begin with a version; none of them goes on like this. */
const fileStart = /^\s*\{\s*"version"\s*:\s*\d+\s*,\s*"nodes"\s*:/;

/** An empty file has nothing to lose, whoever made it. */
function unusable(text: string, reason: string): ParsedCacheFile {
  return { kind: text === '' || fileStart.test(text) ? 'damaged' : 'foreign', reason };
}

function parseJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // Said by the caller, who knows what it means.
  }
}

/** The entries that are usable, and what is wrong with the others: one that is wrong costs itself alone. */
class EntryCollector {
  readonly #nodes: SavedNode[] = [];
  readonly #problems: string[] = [];

  /** @param line the entry as it is in the file; written anew when it is not laid out as we do it */
  addIfValid(path: string, value: unknown, line?: string): void {
    const saved = checkSavedValue(value);
    if (!isPath(path)) this.#problems.push(`${JSON.stringify(path)}: it is no path`);
    else if (typeof saved === 'string') this.#problems.push(`${path}: ${saved}`);
    else this.#addChecked(path, saved, line);
  }

  #addChecked(path: string, saved: SavedValue, line: string | undefined): void {
    const detail = Array.isArray(saved.children) ? 'names' : 'data';
    if (line !== undefined) {
      this.#nodes.push({ path, detail, savedAt: saved.savedAt, line });
      return;
    }
    const { node, omitted } = serialiseNode(path, detail, saved);
    for (const at of omitted) this.#problems.push(describeOmitted(at));
    if (node !== undefined) this.#nodes.push(node);
  }

  /** The line is a part of the text that it was read from: with the old one all of the old text would stay in memory. */
  addKnown(known: SavedNode, line: string): void {
    this.#nodes.push({ ...known, line });
  }

  get result(): ParsedCacheFile {
    return { kind: 'content', content: contentOf(this.#nodes), problems: this.#problems };
  }
}

function isPath(path: string): boolean {
  try {
    checkPath(path);
    return true;
  } catch {
    return false;
  }
}
