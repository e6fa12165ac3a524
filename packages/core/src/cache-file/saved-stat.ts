import type { NodeStat } from '../node/node-stat.js';

const wide = ['czxid', 'mzxid', 'pzxid', 'ephemeralOwner'] as const;
const narrow = ['ctime', 'mtime', 'version', 'cversion', 'aversion', 'dataLength', 'numChildren'] as const;

/** A stat as JSON can say it: what is 64 bits wide is text, in decimal. */
export type SavedStat = Readonly<Record<(typeof wide)[number], string> & Record<(typeof narrow)[number], number>>;

export function toSavedStat(stat: NodeStat): SavedStat {
  const texts = wide.map((name) => [name, String(stat[name])]);
  const numbers = narrow.map((name) => [name, stat[name]]);
  return Object.fromEntries([...texts, ...numbers]) as SavedStat;
}

/** Undefined when a stranger wrote something else there. */
export function fromSavedStat(value: unknown): NodeStat | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const given = value as Readonly<Record<string, unknown>>;
  if (!narrow.every((name) => Number.isFinite(given[name])) || !wide.every((name) => isDecimal(given[name]))) {
    return undefined;
  }
  const numbers = narrow.map((name) => [name, given[name]]);
  const bigints = wide.map((name) => [name, BigInt(given[name] as string)]);
  return Object.fromEntries([...numbers, ...bigints]) as unknown as NodeStat;
}

/** As many digits as 64 bits take, so that no stranger makes us compute with a number of a million. */
function isDecimal(value: unknown): boolean {
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value);
}
