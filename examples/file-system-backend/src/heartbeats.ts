import { rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './has-code.js';

/**
 * A session exists as long as its file: its owner touches it, and any process that finds it untouched for the session's timeout
 * removes it. To end a session by hand, remove the file. A pid would not work: it has no meaning in another container, and is reused.
 */
export class Heartbeats {
  readonly #folder: string;
  readonly #lookEveryMs: number;
  readonly #seen = new Map<number, { readonly mtimeMs: number | undefined; readonly looks: number }>();

  constructor(folder: string, lookEveryMs: number) {
    this.#folder = folder;
    this.#lookEveryMs = lookEveryMs;
  }

  async start(id: number): Promise<void> {
    await writeFile(this.#file(id), '');
  }

  async beat(id: number): Promise<void> {
    const now = new Date();
    try {
      await utimes(this.#file(id), now, now);
    } catch (error) {
      // The session was ended, or the folder is unreachable: the next read of the tree detects either.
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }

  /** Also removes a draft left by an owner that has exited. */
  async end(id: number): Promise<void> {
    for (const name of [heartbeatName(id), draftName(id)]) await rm(join(this.#folder, name), { force: true });
  }

  /**
   * Removes the files that have not been touched for their session's timeout.
   * Counted in checks, independently of other machines' clocks and of times when this process was not running.
   */
  async sweep(sessions: ReadonlyMap<number, number>): Promise<void> {
    for (const id of this.#seen.keys()) if (!sessions.has(id)) this.#seen.delete(id);
    for (const [id, timeoutMs] of sessions) {
      if ((await this.#looksUntouched(id)) * this.#lookEveryMs > timeoutMs) await this.end(id);
    }
  }

  async #looksUntouched(id: number): Promise<number> {
    const mtimeMs = await this.#touchedAt(id);
    const before = this.#seen.get(id);
    const looks = mtimeMs !== undefined && mtimeMs === before?.mtimeMs ? before.looks + 1 : 0;
    this.#seen.set(id, { mtimeMs, looks });
    return looks;
  }

  /** Undefined when the file cannot be read, which proves nothing about the session. */
  async #touchedAt(id: number): Promise<number | undefined> {
    try {
      return (await stat(this.#file(id))).mtimeMs;
    } catch {
      return undefined;
    }
  }

  #file(id: number): string {
    return join(this.#folder, heartbeatName(id));
  }
}

/** With the id in the format of log lines and events. */
export function heartbeatName(id: number): string {
  return `session-${id.toString(16).padStart(16, '0')}`;
}

export function draftName(id: number): string {
  return `${heartbeatName(id)}.draft`;
}
