import type { CoordinationContext } from '../coordination/coordination-context.js';
import { LockLimitError } from '../errors/lock-errors.js';
import { type LockOptions, lockSettingsFrom } from '../options/lock-options.js';
import { KnownLimits } from './known-limits.js';
import { RegistryLock } from './registry-lock.js';

/** The locks of one registry, including the shared lock per path that `acquireLock` and `releaseLock` use. */
export class Locks {
  readonly #context: CoordinationContext;
  readonly #limits: KnownLimits;
  readonly #byPath = new Map<string, RegistryLock>();

  constructor(context: CoordinationContext) {
    this.#context = context;
    this.#limits = new KnownLimits(context.settings.clock);
  }

  get(path: string, options: LockOptions): RegistryLock {
    return new RegistryLock(path, lockSettingsFrom(options), this.#context, this.#limits);
  }

  /** Acquires the shared lock of `path`: the one in use, otherwise a new one with these options. */
  acquire(path: string, options: LockOptions): Promise<boolean> {
    const { simultaneous, waitMs, signal } = lockSettingsFrom(options);
    const known = this.#byPath.get(path);
    if (known?.inUse === true) {
      if (known.simultaneous !== simultaneous) throw new LockLimitError(path, known.simultaneous, simultaneous);
      return known.acquire({ waitMs, signal });
    }
    const lock = this.get(path, options);
    this.#byPath.set(path, lock);
    return lock.acquire();
  }

  release(path: string): Promise<boolean> {
    this.#context.checkProcess();
    return this.#byPath.get(path)?.release() ?? Promise.resolve(true);
  }
}
