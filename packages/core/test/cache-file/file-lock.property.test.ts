import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FileLock } from '../../src/cache-file/file-lock.js';
import type { LockFileState, LockFiles } from '../../src/cache-file/lock-files.js';
import type { Clock } from '../../src/time/clock.js';

/** A folder with one lock file and one data file, in which every step of every process waits for the scheduler. */
class FakeFolder {
  lock: { content: string; writtenAt: number } | undefined;
  entries: readonly string[] = [];
  time = 0;
  readonly #scheduler: fc.Scheduler;

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler;
  }

  async step<T>(name: string, work: () => T): Promise<T> {
    await this.#scheduler.schedule(Promise.resolve(), name);
    return work();
  }

  filesOf(): LockFiles {
    let made: { content: string; writtenAt: number } | undefined;
    return {
      create: (content) =>
        this.step('create', () => {
          if (this.lock !== undefined) return false;
          made = { content, writtenAt: this.time };
          this.lock = made;
          return true;
        }),
      read: () => this.step<LockFileState | undefined>('read', () => this.lock && { ...this.lock }),
      now: () => this.step('now', () => this.time),
      touch: () =>
        this.step('touch', () => {
          if (made !== undefined) made.writtenAt = this.time;
        }),
      hasSync: (content) => this.lock?.content === content,
      removeSync: (content) => {
        if (this.lock?.content === content) this.lock = undefined;
      },
      close: () => this.step('close', () => undefined),
    };
  }
}

/** A clock that the scheduler moves: a process may be delayed anywhere for longer than its lock is valid. */
function clockOf(folder: FakeFolder): Clock {
  return {
    now: () => folder.time,
    date: () => new Date(folder.time),
    timer: () => () => undefined,
    backgroundTimer: (_, run) => {
      folder.step('pause', run).catch(() => undefined);
      return () => undefined;
    },
  };
}

/** Like `CacheFileStore`: read, merge, and replace if the lock is still held; otherwise start over. */
async function write(folder: FakeFolder, entry: string): Promise<void> {
  const host = { files: folder.filesOf(), clock: clockOf(folder), random: () => 0, owner: { pid: 1, host: entry } };
  for (;;) {
    const lock = await FileLock.acquire(host, Number.POSITIVE_INFINITY);
    if (lock === undefined) throw new Error('gave up');
    try {
      const before = await folder.step('load', () => folder.entries);
      await lock.touchIfDue();
      await folder.step('prepare', () => undefined);
      if (!lock.isHeld()) continue;
      folder.entries = [...before, entry];
      return;
    } finally {
      await lock.release();
    }
  }
}

it('no entry is lost in any interleaving, however often live holders are considered dead', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 8 }),
      async (s, writers, jumps) => {
        const folder = new FakeFolder(s);
        const names = Array.from({ length: writers }, (_, index) => `w${index}`);
        // A process that was killed while it held the lock.
        folder.lock = { content: '', writtenAt: 0 };
        const written = names.map((name) => write(folder, name));
        for (let jump = 0; jump < jumps; jump++) {
          void folder.step('time passes', () => {
            folder.time += 6_000;
          });
        }
        // Time advances as long as any process waits.
        let waiting = true;
        const time = async (): Promise<void> => {
          while (waiting) {
            await folder.step('time', () => {
              folder.time += 500;
            });
          }
        };
        const passing = time();
        const all = Promise.all(written).then(() => {
          waiting = false;
        });
        await s.waitFor(Promise.all([all, passing]));

        expect([...folder.entries].sort()).toEqual(names);
        expect(folder.lock).toBeUndefined();
      },
    ),
    { numRuns: 300 },
  );
});
