import type { JsonValue } from '../node/node-snapshot.js';

/** `value` as JSON; undefined when it is nested deeper than the stack allows. */
export function jsonText(value: JsonValue): string | undefined {
  try {
    const text = JSON.stringify(value);
    // `JSON.stringify` turns infinity, which is how a number like 1e400 is read, into null.
    return text.includes('null') ? exactText(value) : text;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Writes infinity as a number that is read as infinity again. */
function exactText(value: JsonValue): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return value < 0 ? '-1e400' : '1e400';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(exactText).join()}]`;
  const pairs = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${exactText(inner)}`);
  return `{${pairs.join()}}`;
}
