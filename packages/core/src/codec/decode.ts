import type { NodeData } from '../node/node-snapshot.js';
import { sameBytes, sameData } from './same-data.js';

// `ignoreBOM` keeps a byte order mark as a character, as Python does: the text is then not a JSON object.
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenientUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

// An integer of 16 digits may not fit into a double. A cheap test that errs on the side of keeping the bytes.
const longDigits = /\d{16}/;

const lossyOrigins = new WeakMap<NodeData, Uint8Array>();

/**
 * Decodes a node's bytes by the rules of the Python package: no bytes are null; white space alone is `{}`; a JSON
 * object is itself; anything else, including broken JSON and other JSON values, is `{ string_value: trimmed text }`.
 * Bytes that are not UTF-8 are read with replacement characters. Never throws.
 */
export function decodeData(bytes: Uint8Array | null): NodeData | null {
  if (bytes === null || bytes.length === 0) return null;
  const { text, damaged } = toText(bytes);
  const trimmed = trimAscii(text);
  const data = deepFreeze(trimmed === '' ? {} : (parseObject(trimmed) ?? { string_value: trimmed }));
  if (damaged || longDigits.test(trimmed)) lossyOrigins.set(data, bytes);
  return data;
}

/**
 * Returns the bytes that `data` was decoded from if decoding may have lost something: text that is not UTF-8, or
 * integers of more than 15 digits. Undefined for everything else. `data` must be the very object from a snapshot.
 */
export function rawBytes(data: NodeData): Uint8Array | undefined {
  return lossyOrigins.get(data)?.slice();
}

/** Returns true if two decoded values are equal, and so are their bytes if decoding may have lost the difference. */
export function sameDecoded(a: NodeData | null, b: NodeData | null): boolean {
  return a === b || (sameData(a, b) && sameBytes(lossyOrigin(a), lossyOrigin(b)));
}

function lossyOrigin(data: NodeData | null): Uint8Array | null {
  return (data && lossyOrigins.get(data)) ?? null;
}

function toText(bytes: Uint8Array): { text: string; damaged: boolean } {
  try {
    return { text: strictUtf8.decode(bytes), damaged: false };
  } catch {
    // Not UTF-8: data of another client, not an error. The original bytes are available from `rawBytes`.
    return { text: lenientUtf8.decode(bytes), damaged: true };
  }
}

function parseObject(text: string): NodeData | undefined {
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  try {
    return JSON.parse(text) as NodeData;
  } catch {
    return undefined; // Starts and ends like an object but is not JSON: it is text.
  }
}

/**
 * Removes ASCII white space only, like Python's `bytes.strip`; `trim()` would also remove U+00A0, U+2028 and U+FEFF.
 * Not a regular expression: one that is anchored at the end takes quadratic time on a megabyte of inner spaces.
 */
function trimAscii(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isAsciiSpace(text.charCodeAt(start))) start++;
  while (end > start && isAsciiSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isAsciiSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/**
 * Freezes JSON data recursively and returns it.
 * Written as a loop: data of another client may be nested deeper than the stack.
 */
function deepFreeze<T extends object>(root: T): T {
  const open: object[] = [root];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    Object.freeze(next);
    for (const value of Object.values(next)) {
      if (typeof value === 'object' && value !== null) open.push(value);
    }
  }
  return root;
}
