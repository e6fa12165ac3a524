import { describe, expect, it } from 'vitest';
import { type NodeStat, sameStat } from '../../src/node/node-stat.js';

const stat: NodeStat = {
  czxid: 1n,
  mzxid: 2n,
  ctime: 3,
  mtime: 4,
  version: 5,
  cversion: 6,
  aversion: 7,
  ephemeralOwner: 8n,
  dataLength: 9,
  numChildren: 10,
  pzxid: 11n,
};

describe('sameStat', () => {
  it.each(Object.keys(stat) as (keyof NodeStat)[])('detects a change of %s', (field) => {
    const value = stat[field];
    expect(sameStat(stat, { ...stat, [field]: typeof value === 'bigint' ? value + 1n : value + 1 })).toBe(false);
  });

  it('treats equal stats as equal, and null as equal to null', () => {
    expect(sameStat(stat, { ...stat })).toBe(true);
    expect(sameStat(null, null)).toBe(true);
    expect(sameStat(null, stat)).toBe(false);
    expect(sameStat(stat, null)).toBe(false);
  });
});
