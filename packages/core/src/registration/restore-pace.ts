import type { CancelTimer, Clock } from '../time/clock.js';

export interface PaceOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** The maximum number of turns in any second; `Infinity` for no limit. */
  readonly restorePerSecond: number;
  /** The longest random delay before the first turn on each connection, ms. */
  readonly restoreJitterMs: number;
}

export interface Paced {
  /** Called once when the turn that was requested has come. */
  onTurn(): void;
}

/**
 * Grants turns to registrations that are re-created in the background. This protects the servers from a mass
 * re-registration, by one process that lost its session or by many processes that lost their sessions together.
 *
 * Turns are granted in slots, a few at the start of each slot. A slot that starts late delays all later slots: lost time is
 * never made up for, so no window of one second contains more turns than the limit. Without a limit and without jitter a
 * turn is granted immediately, inside `request`, and there is no timer.
 */
export class RestorePace {
  readonly #options: PaceOptions;
  readonly #slot: { readonly turns: number; readonly ms: number };
  /** In order of arrival. */
  readonly #waiting = new Set<Paced>();
  #nextSlotAt = Number.NEGATIVE_INFINITY;
  #cancelTimer: CancelTimer | undefined;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#slot = slotFor(options.restorePerSecond);
  }

  /** There is a new connection: drops everything that waits, and grants the first turn after the jitter. */
  restart(): void {
    this.clear();
    const { clock, random, restoreJitterMs } = this.#options;
    // The slots of the previous connection count too: a flapping connection must not bypass the limit.
    this.#nextSlotAt = Math.max(this.#nextSlotAt, clock.now() + random() * restoreJitterMs);
  }

  /** Calls `onTurn` of `paced` once, at its turn. Another request before that keeps its place in the queue. */
  request(paced: Paced): void {
    this.#waiting.add(paced);
    if (this.#cancelTimer === undefined) this.#serve();
  }

  /** `paced` no longer needs a turn. */
  release(paced: Paced): void {
    this.#waiting.delete(paced);
    if (this.#waiting.size === 0) this.#stopTimer();
  }

  /** Drops everything that waits. */
  clear(): void {
    this.#waiting.clear();
    this.#stopTimer();
  }

  #serve(): void {
    const now = this.#options.clock.now();
    // Node's timers may be early by up to a millisecond.
    const due = now >= this.#nextSlotAt ? this.#openSlot(now) : [];
    if (this.#waiting.size > 0) this.#setTimer(this.#nextSlotAt - now);
    for (const paced of due) paced.onTurn();
  }

  #openSlot(now: number): Paced[] {
    this.#nextSlotAt = now + this.#slot.ms;
    const due: Paced[] = [];
    for (const paced of this.#waiting) {
      if (due.length >= this.#slot.turns) break;
      due.push(paced);
      this.#waiting.delete(paced);
    }
    return due;
  }

  #setTimer(ms: number): void {
    this.#cancelTimer = this.#options.clock.backgroundTimer(Math.ceil(ms), () => {
      this.#cancelTimer = undefined;
      this.#serve();
    });
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}

/** A timer for each turn could wake up the process a thousand times a second. */
const maxSlotsPerSecond = 100;

/** A second contains a whole number of slots, so no window of one second, wherever it starts, contains more of them. */
function slotFor(perSecond: number): { turns: number; ms: number } {
  if (perSecond === Number.POSITIVE_INFINITY) return { turns: perSecond, ms: 0 };
  if (perSecond <= 1) return { turns: 1, ms: 1_000 / perSecond };
  const turns = Math.ceil(Math.floor(perSecond) / maxSlotsPerSecond);
  return { turns, ms: 1_000 / Math.floor(perSecond / turns) };
}
