import type { CancelTimer, Clock } from '@ndsr/core';
import type { GuardedCommand } from './guarded-command.js';
import type { Held } from './held.js';

/** Told so often within the time for which a lock is certain. */
const tellsPerTime = 20;
/**
 * When only that part of the time is left, the command is asked to end. The servers are asked often enough never to come near it while
 * they answer.
 */
const politePart = 1 / 3;
/** When only that part is left, it is killed: a guard that gets little of a busy machine is late. */
const killPart = 1 / 10;

/** Tells a command's guard again and again for how long the lock is held for certain. */
export class HeldFor {
  readonly #held: Held;
  readonly #guarded: GuardedCommand;
  readonly #clock: Clock;
  #cancel: CancelTimer | undefined;
  /** The most that it was: nearly the session timeout. */
  #mostMs = 0;

  constructor(held: Held, guarded: GuardedCommand, clock: Clock) {
    this.#held = held;
    this.#guarded = guarded;
    this.#clock = clock;
  }

  start(): void {
    const ms = this.#held.certainMs();
    // In memory no session ends by itself.
    if (ms === Number.POSITIVE_INFINITY) return;
    this.#mostMs = Math.max(this.#mostMs, ms);
    this.#guarded.allow(ms, { politeMs: this.#mostMs * politePart, killMs: this.#mostMs * killPart });
    this.#cancel = this.#clock.backgroundTimer(this.#mostMs / tellsPerTime, () => this.start());
  }

  stop(): void {
    this.#cancel?.();
  }
}
