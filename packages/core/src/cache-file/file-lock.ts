import type { Clock } from '../time/clock.js';
import type { LockFileState, LockFiles } from './lock-files.js';
import { isDead, type LockOwner, lockContent, ownerIn } from './lock-owner.js';

/** A lock that was not written to for this long is considered abandoned, ms. */
const abandonedAfterMs = 5_000;
/** The longest interval between writes of a holder that keeps the lock for long, ms. */
const touchIntervalMs = 1_000;
/** The shortest interval between a waiter's requests for the file system's time, ms: each of them creates a file. */
const ageCheckIntervalMs = 500;
/** Pause between two attempts while another process holds the lock, ms; randomised up to twice as long to spread waiters. */
const retryDelayMs = 8;

export interface FileLockHost {
  readonly files: LockFiles;
  readonly clock: Clock;
  readonly random: () => number;
  readonly owner: LockOwner;
}

/**
 * A lock between processes: the process that creates the lock file holds it.
 *
 * A lock is broken when its owner is dead, which is known at once on the same host, or when it is older than five seconds
 * by the file system's clock. Breaking takes two steps, a check and a removal, so in rare cases the lock of a live process
 * is removed. The holder therefore calls `isHeld` right before the protected step, and starts over if it no longer holds the
 * lock. A wrongly removed lock is not restored: its holder may have noticed already, and then the lock would never be
 * released.
 *
 * One race remains: the lock is broken between `isHeld` and the single step after it, within a few microseconds.
 * `CacheFileStore` narrows it by checking that the file is still the one it read.
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

  /** Waits for the lock; undefined if it was not obtained within `waitMs`. */
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

  /** True if this process still holds it; valid only for this moment. */
  isHeld(): boolean {
    return this.#host.files.hasSync(this.#content);
  }

  /** Call it regularly while holding the lock for long. */
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
