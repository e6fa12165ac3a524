import { readdir, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lazyCrypto } from '../builtins/lazy-crypto.js';
import { unlessCode } from './lock-files.js';
import { isDead, type LockOwner } from './lock-owner.js';

/** A temporary file of a process that may run on another host is left alone for this long, ms. */
const abandonedAfterMs = 60_000;

/** The cache file, and the names of the temporary files in its folder. */
export interface CacheFilePaths {
  /** This process. */
  readonly owner: LockOwner;
  readonly file: string;
  readonly lock: string;
  readonly corrupt: string;
  /** Returns a new name at each call. */
  temporary(): string;
}

/** Follows a symbolic link: processes that share a file also share its lock, and the link stays. */
export async function resolvePaths(name: string, owner: LockOwner): Promise<CacheFilePaths> {
  const file = (await unlessCode('ENOENT', realpath(name))) ?? name;
  return {
    owner,
    file,
    lock: `${file}.lock`,
    corrupt: `${file}.corrupt`,
    temporary: () => `${file}.${owner.host}-${owner.pid}-${lazyCrypto().randomBytes(6).toString('hex')}.tmp`,
  };
}

/** Removes the temporary files of killed processes. `now` by the file system's clock, ms. */
export async function removeAbandonedFiles(file: string, owner: LockOwner, now: number): Promise<void> {
  const folder = dirname(file);
  const prefix = `${basename(file)}.`;
  for (const name of await readdir(folder)) {
    const match = name.startsWith(prefix)
      ? /^([0-9a-f]{12})-(\d+)-[0-9a-f]{12}\.tmp$/.exec(name.slice(prefix.length))
      : null;
    if (match === null) continue;
    const [, host = '', pid] = match;
    const path = join(folder, name);
    if (isDead({ host, pid: Number(pid) }, owner) || (await isOld(path, now))) await rm(path, { force: true });
  }
}

async function isOld(path: string, now: number): Promise<boolean> {
  const stats = await unlessCode('ENOENT', stat(path));
  return stats !== undefined && now - stats.mtimeMs > abandonedAfterMs;
}
