import type { CancelTimer, Clock } from '@ndsr/core';
import type { GuardedCommand } from './guarded-command.js';
import type { Held } from './held.js';

/** How often the guard is notified within the time for which a lock is certain. */
const tellsPerTime = 20;
/**
 * When only this fraction of the time is left, the command gets a signal. The servers are asked often enough that this never happens
 * while they answer.
 */
const politePart = 1 / 3;
/** When only this fraction is left, the command is killed: a guard may be late on a busy machine. */
const killPart = 1 / 10;

/** Repeatedly notifies a command's guard how long the lock is certainly held. */
export class HeldFor {
  readonly #held: Held;
  readonly #guarded: GuardedCommand;
  readonly #clock: Clock;
  #cancel: CancelTimer | undefined;
  /** The maximum so far: nearly the session timeout. */
  #mostMs = 0;

  constructor(held: Held, guarded: GuardedCommand, clock: Clock) {
    this.#held = held;
    this.#guarded = guarded;
    this.#clock = clock;
  }

  start(): void {
    const ms = this.#held.certainMs();
    // In memory no session expires by itself.
    if (ms === Number.POSITIVE_INFINITY) return;
    this.#mostMs = Math.max(this.#mostMs, ms);
    this.#guarded.allow(ms, { politeMs: this.#mostMs * politePart, killMs: this.#mostMs * killPart });
    this.#cancel = this.#clock.backgroundTimer(this.#mostMs / tellsPerTime, () => this.start());
  }

  stop(): void {
    this.#cancel?.();
  }
}
