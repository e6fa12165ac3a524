import type { NodeData } from '../node/node-snapshot.js';
import type { SavedValue } from './saved-node.js';
import { fromSavedStat } from './saved-stat.js';

/** Checks a `value` of unknown origin. Returns the node's value, or a text that describes the first problem. */
export function checkSavedValue(value: unknown): SavedValue | string {
  if (!isRecord(value)) return 'it is not an object';
  const { data, children, stat: savedStat, savedAt: time } = value;
  if (!isData(data)) return 'its data is neither an object nor null';
  if (!isNames(children) && !isChildren(children))
    return 'its children are neither a list of names nor an object with their data';
  const stat = fromSavedStat(savedStat);
  if (stat === undefined) return 'its stat is incomplete';
  const savedAt = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(savedAt)) return 'its savedAt is not a time';
  if (data === null && Object.keys(children).length === 0) return 'it is empty';
  return { data, children, stat, savedAt };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isData(value: unknown): value is NodeData | null {
  return value === null || isRecord(value);
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isName);
}

function isChildren(value: unknown): value is Readonly<Record<string, NodeData | null>> {
  return isRecord(value) && Object.entries(value).every(([name, data]) => isName(name) && isData(data));
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && !value.includes('/');
}
