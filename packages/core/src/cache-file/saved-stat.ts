import type { NodeStat } from '../node/node-stat.js';

const bigintFields = ['czxid', 'mzxid', 'pzxid', 'ephemeralOwner'] as const;
const numberFields = ['ctime', 'mtime', 'version', 'cversion', 'aversion', 'dataLength', 'numChildren'] as const;

/** A stat as JSON can say it: what is 64 bits wide is text, in decimal. */
export type SavedStat = Readonly<
  Record<(typeof bigintFields)[number], string> & Record<(typeof numberFields)[number], number>
>;

export function toSavedStat(stat: NodeStat): SavedStat {
  const texts = bigintFields.map((name) => [name, String(stat[name])]);
  const numbers = numberFields.map((name) => [name, stat[name]]);
  return Object.fromEntries([...texts, ...numbers]) as SavedStat;
}

/** Undefined when a stranger wrote something else there. */
export function fromSavedStat(value: unknown): NodeStat | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const given = value as Readonly<Record<string, unknown>>;
  if (
    !numberFields.every((name) => Number.isFinite(given[name])) ||
    !bigintFields.every((name) => isDecimal(given[name]))
  ) {
    return undefined;
  }
  const numbers = numberFields.map((name) => [name, given[name]]);
  const bigints = bigintFields.map((name) => [name, BigInt(given[name] as string)]);
  return Object.fromEntries([...numbers, ...bigints]) as unknown as NodeStat;
}

/** As many digits as 64 bits take, so that no stranger makes us compute with a number of a million. */
function isDecimal(value: unknown): boolean {
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value);
}
