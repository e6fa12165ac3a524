import type { CancelTimer, Clock, RegistryLock } from '@ndsr/core';
import type { GuardedCommand } from './guarded-command.js';

/** Told so often within the time for which a lock is certain. */
const tellsPerTime = 20;
/** What is left for a polite end, as a part of that time. The servers are asked often enough never to come near it while they answer. */
const politePart = 1 / 3;

/** Tells a command's guard again and again for how long the lock is held for certain. */
export class HeldFor {
  readonly #lock: RegistryLock;
  readonly #guarded: GuardedCommand;
  readonly #graceMs: number;
  readonly #clock: Clock;
  #cancel: CancelTimer | undefined;
  /** The most that it was: nearly the session timeout. */
  #mostMs = 0;

  constructor(lock: RegistryLock, guarded: GuardedCommand, graceMs: number, clock: Clock) {
    this.#lock = lock;
    this.#guarded = guarded;
    this.#graceMs = graceMs;
    this.#clock = clock;
  }

  start(): void {
    const ms = this.#lock.certainMs;
    // In memory no session ends by itself.
    if (ms === Number.POSITIVE_INFINITY) return;
    this.#mostMs = Math.max(this.#mostMs, ms);
    this.#guarded.allow(ms, Math.min(this.#graceMs, this.#mostMs * politePart));
    this.#cancel = this.#clock.backgroundTimer(this.#mostMs / tellsPerTime, () => this.start());
  }

  stop(): void {
    this.#cancel?.();
  }
}
