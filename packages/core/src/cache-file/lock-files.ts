import { readFileSync, rmSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';

/** The state of a lock file when it was read. */
export interface LockFileState {
  readonly content: string;
  /** When it was last written, ms, by the clock of its file system. */
  readonly writtenAt: number;
}

/** The file system operations of a lock. Each synchronous one is a single step that no other code of this process interrupts. */
export interface LockFiles {
  /** Creates the lock file; false if there is one already. */
  create(content: string): Promise<boolean>;
  /** Undefined without a lock file. */
  read(): Promise<LockFileState | undefined>;
  /** The time by the file system's clock, ms. */
  now(): Promise<number>;
  /** Writes to the file that `create` created, even if it was renamed or removed, so that it does not look abandoned. */
  touch(): Promise<void>;
  /** True if the lock file has exactly that content. */
  hasSync(content: string): boolean;
  /** Removes the lock file if it has exactly that content. */
  removeSync(content: string): void;
  /** Closes the file that `create` created. */
  close(): Promise<void>;
}

/** The lock file `path`. `probe` returns the name of a file that is created and removed to read the file system's time. */
export class DiskLockFiles implements LockFiles {
  readonly #path: string;
  readonly #probe: () => string;
  #handle: FileHandle | undefined;

  constructor(path: string, probe: () => string) {
    this.#path = path;
    this.#probe = probe;
  }

  async create(content: string): Promise<boolean> {
    const handle = await unlessCode('EEXIST', open(this.#path, 'wx', 0o600));
    if (handle === undefined) return false;
    this.#handle = handle;
    try {
      await handle.writeFile(content);
      return true;
    } catch (error) {
      // The disk may be full: an empty lock file would block all other processes.
      await this.close();
      rmSync(this.#path, { force: true });
      throw error;
    }
  }

  async read(): Promise<LockFileState | undefined> {
    const handle = await unlessCode('ENOENT', open(this.#path, 'r'));
    if (handle === undefined) return undefined;
    try {
      const { mtimeMs } = await handle.stat();
      return { content: (await handle.readFile('utf8')).trimEnd(), writtenAt: mtimeMs };
    } finally {
      await handle.close();
    }
  }

  async now(): Promise<number> {
    const probe = this.#probe();
    try {
      const handle = await open(probe, 'wx', 0o600);
      const { mtimeMs } = await handle.stat();
      await handle.close();
      return mtimeMs;
    } finally {
      await rm(probe, { force: true });
    }
  }

  async touch(): Promise<void> {
    await this.#handle?.write('\n');
  }

  hasSync(content: string): boolean {
    try {
      return readFileSync(this.#path, 'utf8').trimEnd() === content;
    } catch {
      return false; // Gone or unreadable: in both cases it must not be relied on.
    }
  }

  removeSync(content: string): void {
    if (this.hasSync(content)) rmSync(this.#path, { force: true });
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}

/** The result of `work`; undefined if it fails with that code. */
export async function unlessCode<T>(code: string, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return undefined;
    throw error;
  }
}
