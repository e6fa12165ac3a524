import { type BigIntStats, statSync } from 'node:fs';

/** Tells whether a file is still the one that was read or written: every write of ours makes a new one. */
export function identityOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return `${dev} ${ino} ${size} ${mtimeNs}`;
}

/** Of what is there now. */
export function identityAtSync(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? noFile : identityOf(stats);
}

export const noFile = 'none';
