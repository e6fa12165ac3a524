import { abortSignal, contenderName, durationMs, type Expectation, type OptionsShape } from './check-options.js';

/** How to wait for a lock. */
export interface AcquireOptions {
  /**
   * How long to wait for the lock, ms; `Infinity` for as long as it takes. 0 waits for nobody: it is obtained when there is
   * room for us and for all who were there before.
   * @default 300_000, as in the Python package
   */
  readonly waitMs?: number | undefined;
  /** Ends the wait: it rejects with the signal's reason, and leaves nothing behind. */
  readonly signal?: AbortSignal | undefined;
}

/** What a lock is, and how to wait for it. All that share its path must agree on `simultaneous`. */
export interface LockOptions extends AcquireOptions {
  /**
   * Who we are to those who ask for the `holders`; at most 1,024 bytes in UTF-8.
   * @default ''
   */
  readonly name?: string | undefined;
  /**
   * How many may hold the lock at once. All who use a path must say the same.
   * @default 1
   */
  readonly simultaneous?: number | undefined;
}

/** The options of a lock with every default filled in. */
export interface LockSettings {
  readonly name: string;
  readonly simultaneous: number;
  readonly waitMs: number;
  readonly signal: AbortSignal | undefined;
}

const slots: Expectation = {
  expected: 'a whole number, 1 or more',
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
};

export const acquireShape: OptionsShape = { waitMs: durationMs, signal: abortSignal };
export const lockShape: OptionsShape = { ...acquireShape, name: contenderName, simultaneous: slots };

export function lockSettingsFrom({ name = '', simultaneous = 1, waitMs = 300_000, signal }: LockOptions): LockSettings {
  return { name, simultaneous, waitMs, signal };
}
