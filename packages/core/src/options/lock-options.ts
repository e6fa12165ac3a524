import { abortSignal, contenderNameValue, durationMs, type Expectation, type OptionsShape } from './check-options.js';

/** How to wait for a lock. */
export interface AcquireOptions {
  /**
   * How long to wait for the lock, ms; `Infinity` to wait without a limit. 0 does not wait: the lock is acquired only
   * if there is room for this registry and for everyone already in the queue.
   * @default 300_000, as in the Python package
   */
  readonly waitMs?: number | undefined;
  /** Cancels the wait, which rejects with the signal's reason and leaves no node behind. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a lock, and of waiting for it. All users of a path must use the same `simultaneous`. */
export interface LockOptions extends AcquireOptions {
  /**
   * The name that this registry is known by to clients that ask for the `holders`; at most 1,024 bytes in UTF-8.
   * @default ''
   */
  readonly name?: string | undefined;
  /**
   * How many may hold the lock at the same time. All users of a path must use the same value.
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
export const lockShape: OptionsShape = { ...acquireShape, name: contenderNameValue, simultaneous: slots };

export function lockSettingsFrom({ name = '', simultaneous = 1, waitMs = 300_000, signal }: LockOptions): LockSettings {
  return { name, simultaneous, waitMs, signal };
}
