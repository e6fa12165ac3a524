import type { Clock } from '../time/clock.js';
import type { LockFileState, LockFiles } from './lock-files.js';
import { isDead, type LockOwner, lockContent, ownerIn } from './lock-owner.js';

/** A lock that nobody has written to for that long is taken for abandoned, ms. */
const abandonedAfterMs = 5_000;
/** How often the holder writes to it, at least, when it goes on for longer, ms. */
const touchIntervalMs = 1_000;
/** How often a waiter asks the file system for the time, at most: that takes a file to be made. */
const ageCheckIntervalMs = 500;
/** Pauses between two looks at a lock that somebody else holds, ms; up to twice as long, so that waiters spread out. */
const retryDelayMs = 8;

export interface FileLockHost {
  readonly files: LockFiles;
  readonly clock: Clock;
  readonly random: () => number;
  readonly owner: LockOwner;
}

/**
 * A lock between processes: whoever makes the lock file has it.
 *
 * A lock is broken when its owner is dead, which is known at once on the same host, or when it is older than five seconds
 * by the file system's clock. Breaking is looking once more and removing, in two steps, so that in rare cases the lock of
 * somebody who is alive is removed. For that the holder asks `isHeld` right before it does what the lock is for, and starts
 * over when it is not. A lock that was removed wrongly is not put back: its holder may have noticed already, and then
 * nobody would ever release it.
 *
 * What remains possible: that the lock is broken between `isHeld` and the one step after it, that is, within some
 * microseconds. `CacheFileStore` narrows that by looking whether the file is still the one that it read.
 */
export class FileLock {
  readonly #host: FileLockHost;
  readonly #content: string;
  #touchedAt: number;

  private constructor(host: FileLockHost, content: string) {
    this.#host = host;
    this.#content = content;
    this.#touchedAt = host.clock.now();
  }

  /** Waits for it; undefined when it was not to be had within `waitMs`. */
  static async acquire(host: FileLockHost, waitMs: number): Promise<FileLock | undefined> {
    const { files, clock, random, owner } = host;
    const giveUpAt = clock.now() + waitMs;
    const content = lockContent(owner);
    let ageCheckAt = clock.now();
    while (!(await files.create(content))) {
      const existing = await files.read();
      const now = clock.now();
      if (existing === undefined) continue;
      if (isOwnerDead(existing, owner) || (now >= ageCheckAt && (await isOld(existing, files))))
        files.removeSync(existing.content);
      else if (now >= giveUpAt) return undefined;
      else await new Promise<void>((resolve) => clock.backgroundTimer(retryDelayMs * (1 + random()), resolve));
      if (now >= ageCheckAt) ageCheckAt = now + ageCheckIntervalMs;
    }
    return new FileLock(host, content);
  }

  /** Whether it is still ours: at this moment, and no longer. */
  isHeld(): boolean {
    return this.#host.files.hasSync(this.#content);
  }

  /** To be called now and then by who holds it for long. */
  async touchIfDue(): Promise<void> {
    const now = this.#host.clock.now();
    if (now - this.#touchedAt < touchIntervalMs) return;
    this.#touchedAt = now;
    await this.#host.files.touch();
  }

  async release(): Promise<void> {
    this.#host.files.removeSync(this.#content);
    await this.#host.files.close();
  }
}

function isOwnerDead({ content }: LockFileState, me: LockOwner): boolean {
  const owner = ownerIn(content);
  return owner !== undefined && isDead(owner, me);
}

async function isOld({ writtenAt }: LockFileState, files: LockFiles): Promise<boolean> {
  return (await files.now()) - writtenAt > abandonedAfterMs;
}
