import type { NodeStat } from '../node/node-stat.js';

const bigintFields = ['czxid', 'mzxid', 'pzxid', 'ephemeralOwner'] as const;
const numberFields = ['ctime', 'mtime', 'version', 'cversion', 'aversion', 'dataLength', 'numChildren'] as const;

/** A stat as JSON: 64-bit fields are decimal text. */
export type SavedStat = Readonly<
  Record<(typeof bigintFields)[number], string> & Record<(typeof numberFields)[number], number>
>;

export function toSavedStat(stat: NodeStat): SavedStat {
  const texts = bigintFields.map((name) => [name, String(stat[name])]);
  const numbers = numberFields.map((name) => [name, stat[name]]);
  return Object.fromEntries([...texts, ...numbers]) as SavedStat;
}

/** Undefined if the value is not a complete stat: another program may have written it. */
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

/** At most the digits of a 64-bit number: a number of a million digits from another program would be slow to parse. */
function isDecimal(value: unknown): boolean {
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value);
}
