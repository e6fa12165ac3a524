import type { JsonValue, NodeData } from '../node/node-snapshot.js';

/** Returns true if two byte sequences are the same. */
export function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === b) return true;
  if (a === null || b === null || a.length !== b.length) return false;
  return Buffer.compare(a, b) === 0;
}

/**
 * Returns true if two decoded values are equal; the order of keys does not matter.
 * Written as a loop: data of another client may be nested deeper than the stack.
 */
export function sameData(a: NodeData | null, b: NodeData | null): boolean {
  const open: [JsonValue, JsonValue][] = [[a, b]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const inner = compare(pair[0], pair[1]);
    if (inner === false) return false;
    for (const next of inner) open.push(next);
  }
  return true;
}

const equal: [JsonValue, JsonValue][] = [];

/** Returns false if the two differ at this level, otherwise the pairs that must be equal too. */
function compare(a: JsonValue, b: JsonValue): false | [JsonValue, JsonValue][] {
  if (a === b) return equal;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  const left = a as Record<string, JsonValue>;
  const right = b as Record<string, JsonValue>;
  const pairs: [JsonValue, JsonValue][] = [];
  for (const key of keys) {
    if (!Object.hasOwn(right, key)) return false;
    pairs.push([left[key] as JsonValue, right[key] as JsonValue]);
  }
  return pairs;
}
