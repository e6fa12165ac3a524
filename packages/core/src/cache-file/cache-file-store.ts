import { type BigIntStats, renameSync, statSync } from 'node:fs';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { CacheFileError } from '../errors/background-errors.js';
import type { Logger } from '../log/logger.js';
import type { Clock } from '../time/clock.js';
import { type CacheContent, containsAll, mergeContent, noContent } from './cache-content.js';
import { type CacheFilePaths, removeAbandonedFiles, resolvePaths } from './cache-file-paths.js';
import { FileLock } from './file-lock.js';
import { inSlices } from './in-slices.js';
import { DiskLockFiles, unlessCode } from './lock-files.js';
import { thisOwner } from './lock-owner.js';
import { linesOf, parseCacheFile, type UnusableCacheFile } from './parse-cache-file.js';
import { serialiseCacheFile } from './serialise-cache-file.js';

export interface StoreHost {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** How long a save waits for the lock before it fails, ms: on a busy machine many processes may hold it in turn. */
const lockWaitMs = 30_000;
/** An entry dated further in the future than this was written with a wrong clock, ms. */
const maxClockSkewMs = 60_000;

/** The identity of a missing file. */
const noFile = 'none';

/** A cache file of this library that cannot be used. */
interface DamagedFile {
  readonly identity: string;
  readonly reason: string;
}

interface KnownFile {
  readonly identity: string;
  readonly content: CacheContent;
}

/**
 * The cache file on disk, shared by any number of processes. Readers need no lock because the file is only ever replaced as
 * a whole. Writers read, merge and replace under a lock (`FileLock`). Right before the replacement they check that they still
 * hold the lock and that the file is still the one they read; otherwise they start over.
 *
 * One race remains: two writers both assume that they hold the lock (see `FileLock`) and both replace the file within the
 * same few microseconds. The update of the first writer is then missing until it saves again.
 */
export class CacheFileStore {
  readonly name: string;
  readonly #host: StoreHost;
  #known: KnownFile = { identity: noFile, content: noContent };
  #cleanedUp = false;

  /** @param name the file's absolute name */
  constructor(name: string, host: StoreHost) {
    this.name = name;
    this.#host = host;
  }

  /** The content of the file when it was last read or written. */
  get content(): CacheContent {
    return this.#known.content;
  }

  /**
   * Reads the file. A damaged cache file is set aside as `<file>.corrupt`.
   *
   * @throws {CacheFileError} when it belongs to another program, or is damaged and belongs to another user: it is left alone
   * @throws errors of the file system; a missing file is not an error
   */
  async load(): Promise<void> {
    const paths = await resolvePaths(this.name, thisOwner());
    // Read again under the lock: another process may have replaced it with a good file meanwhile.
    if ((await this.#read(paths)) !== undefined) await this.#withLock(paths, (lock) => this.#refresh(paths, lock));
  }

  /** Adds `updates` to the file, which keeps all its other entries. */
  async save(updates: CacheContent): Promise<void> {
    const paths = await resolvePaths(this.name, thisOwner());
    // Another process may have saved the same values already; then neither a write nor a lock is needed.
    if ((await this.#read(paths)) === undefined && this.#contains(updates)) return;
    while (!(await this.#withLock(paths, (lock) => this.#mergeAndReplace(paths, lock, updates))));
  }

  async #withLock<T>(paths: CacheFilePaths, work: (lock: FileLock) => Promise<T>): Promise<T> {
    const files = new DiskLockFiles(paths.lock, paths.temporary);
    const lock = await FileLock.acquire({ ...this.#host, files, owner: paths.owner }, lockWaitMs);
    if (lock === undefined) throw new CacheFileError(`Other processes held ${paths.lock} for ${lockWaitMs} ms`);
    try {
      await this.#cleanUpOnce(paths, files);
      return await work(lock);
    } finally {
      await lock.release();
    }
  }

  /** True once it is done; false if it has to be started over. */
  async #mergeAndReplace(paths: CacheFilePaths, lock: FileLock, updates: CacheContent): Promise<boolean> {
    if (!(await this.#refresh(paths, lock))) return false;
    if (this.#contains(updates)) return true;
    const merged = mergeContent(this.#known.content, updates);
    const temporary = paths.temporary();
    try {
      const identity = await writeFile(temporary, serialiseCacheFile(merged), lock);
      if (!lock.isHeld() || identityAtSync(paths.file) !== this.#known.identity) return false;
      renameSync(temporary, paths.file);
      this.#known = { identity, content: merged };
      return true;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** True if the file, as last read, contains all `updates`. */
  #contains(updates: CacheContent): boolean {
    return this.#known.identity !== noFile && containsAll(this.#known.content, updates);
  }

  /** Reads the file and sets a damaged one aside; false if the lock was lost or the file replaced before that. */
  async #refresh(paths: CacheFilePaths, lock: FileLock): Promise<boolean> {
    const damaged = await this.#read(paths);
    if (damaged === undefined) return true;
    if (!lock.isHeld() || identityAtSync(paths.file) !== damaged.identity) return false;
    renameSync(paths.file, paths.corrupt);
    this.#host.logger.warn(`The cache file ${paths.file} is damaged: ${damaged.reason}; it is now ${paths.corrupt}`);
    this.#forgetFile();
    return true;
  }

  /** The file is gone. Its known content goes into the next one. */
  #forgetFile(): void {
    this.#known = { identity: noFile, content: this.#known.content };
  }

  /** Reads the file if it has changed; returns why it cannot be used, if so. */
  async #read({ file }: CacheFilePaths): Promise<DamagedFile | undefined> {
    const stats = await unlessCode('ENOENT', stat(file));
    // A read from a device or a pipe might never end.
    if (stats?.isFile() === false) throw new CacheFileError('it is not a regular file');
    const handle = await unlessCode('ENOENT', open(file, 'r'));
    if (handle === undefined) {
      this.#forgetFile();
      return undefined;
    }
    try {
      const opened = await handle.stat({ bigint: true });
      return identityOf(opened) === this.#known.identity ? undefined : await this.#parse(handle, opened);
    } finally {
      await handle.close();
    }
  }

  async #parse(handle: FileHandle, stats: BigIntStats): Promise<DamagedFile | undefined> {
    const { clock, logger } = this.#host;
    const identity = identityOf(stats);
    const now = (): number => clock.now();
    const known = await inSlices(linesOf(this.#known.content), now);
    const parsed = await inSlices(parseCacheFile(await handle.readFile('utf8'), known), now);
    if (parsed.kind !== 'content') {
      assertOurs(parsed, stats);
      return { identity, reason: parsed.reason };
    }
    const { problems } = parsed;
    if (problems.length > 0) {
      logger.warn(`Left ${problems.length} out of the cache file ${this.name}: ${problems.slice(0, 3).join('; ')}`);
    }
    this.#known = { identity, content: resetFutureDates(parsed.content, clock.date().getTime()) };
    return undefined;
  }

  async #cleanUpOnce({ file, owner }: CacheFilePaths, files: DiskLockFiles): Promise<void> {
    if (this.#cleanedUp) return;
    this.#cleanedUp = true;
    await removeAbandonedFiles(file, owner, await files.now());
  }
}

/** Only a file that certainly belongs to this library may be moved: the name, or a link, may point to anything. */
function assertOurs({ kind, reason }: UnusableCacheFile, { uid }: BigIntStats): void {
  const remedy = 'it is left alone; set cacheFile to another name, or move it away';
  if (kind === 'foreign') throw new CacheFileError(`it is not a cache file of this library (${reason}); ${remedy}`);
  const user = process.geteuid?.();
  if (user !== undefined && uid !== BigInt(user)) {
    throw new CacheFileError(`it is damaged (${reason}), and belongs to another user (${uid}); ${remedy}`);
  }
}

/** Writes a file that only its owner may read, and flushes it to disk. Returns its identity. */
async function writeFile(name: string, pieces: Iterable<string>, lock: FileLock): Promise<string> {
  const handle = await open(name, 'wx', 0o600);
  try {
    for (const piece of pieces) {
      await handle.writeFile(piece);
      await lock.touchIfDue();
    }
    await handle.datasync();
    return identityOf(await handle.stat({ bigint: true }));
  } finally {
    await handle.close();
  }
}

/** An entry dated in the future would win every merge for years. Its date is meaningless, so it counts as the oldest. */
function resetFutureDates(content: CacheContent, now: number): CacheContent {
  const pairs = [...content].map(
    ([key, node]) => [key, node.savedAt > now + maxClockSkewMs ? { ...node, savedAt: 0 } : node] as const,
  );
  return new Map(pairs);
}

/** Identifies the file that was read or written: each of our writes creates a new file. */
function identityOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return `${dev} ${ino} ${size} ${mtimeNs}`;
}

/** The identity of the current file. */
function identityAtSync(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? noFile : identityOf(stats);
}
