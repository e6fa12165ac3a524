import { checkPath } from '../node/path.js';
import { type CacheContent, contentOf } from './cache-content.js';
import { checkSavedValue, isRecord } from './check-saved-value.js';
import { describeOmitted, type SavedNode, type SavedValue, serialiseNode } from './saved-node.js';
import { layout } from './serialise-cache-file.js';

/** The result of parsing: content, without the entries listed in `problems`; a damaged cache file; or the file of another program. */
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
 * Yields between entries, so that a large file can be parsed in slices. Accepts any text; never throws.
 * `known` lines are not parsed again: little changes from one save of another process to the next.
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

/** Undefined if the file does not have our own layout. */
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

/** Path and value; undefined if the line is not exactly one entry. */
function parseLine(line: string): readonly [string, unknown] | undefined {
  const entries = Object.entries(parseJson(`{${line}}`) ?? {});
  return entries.length === 1 ? entries[0] : undefined;
}

/** Parses a file in another layout, written by a person or another program. */
function* parseWhole(text: string): Generator<undefined, ParsedCacheFile> {
  const file = parseJson(text);
  if (file === undefined) return unusable(text, 'it is not a JSON object');
  const { version, nodes, names = {} } = file;
  if (version !== 1) return unusable(text, 'its version is not 1');
  if (!isRecord(nodes) || !isRecord(names)) return unusable(text, 'its nodes are not an object');
  const entries = new EntryCollector();
  for (const [path, value] of [...Object.entries(nodes), ...Object.entries(names)]) {
    entries.addIfValid(path, value);
    yield;
  }
  return entries.result;
}

/** The start of a cache file of any version and layout. Many formats begin with a version, but none continues like this. */
const fileStart = /^\s*\{\s*"version"\s*:\s*\d+\s*,\s*"nodes"\s*:/;

/** An empty file contains nothing that could be lost, so it counts as damaged and may be replaced. */
function unusable(text: string, reason: string): ParsedCacheFile {
  return { kind: text === '' || fileStart.test(text) ? 'damaged' : 'foreign', reason };
}

function parseJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // The caller reports it with its meaning.
  }
}

/** Collects the usable entries, and the problems of the others: an invalid entry does not affect the rest. */
class EntryCollector {
  readonly #nodes: SavedNode[] = [];
  readonly #problems: string[] = [];

  /** @param line the entry's line in the file; without it, the entry has another layout and is serialised again */
  addIfValid(path: string, value: unknown, line?: string): void {
    const saved = checkSavedValue(value);
    if (!isPath(path)) this.#problems.push(`${JSON.stringify(path)}: it is not a path`);
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

  /** Uses the new line: a line is a slice of its file's text, so the old one would keep all of the old text in memory. */
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
