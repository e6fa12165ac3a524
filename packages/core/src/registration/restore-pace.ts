import type { CancelTimer, Clock } from '../time/clock.js';

export interface PaceOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** At most so many turns in any second; `Infinity` for no bound. */
  readonly restorePerSecond: number;
  /** After each new beginning the first turn comes after a random time of up to that long, ms. */
  readonly restoreJitterMs: number;
}

/** What waits for its turn. */
export interface Paced {
  turn(): void;
}

/**
 * Hands out turns to registrations that are made again in the background, so that a process that lost its session, and a
 * fleet that lost its sessions together, do not flatten the servers they come back to.
 *
 * Turns come in slots, a few at the start of each. A slot that begins late moves all that follow: lost time is never made
 * up for, so no window of a second sees more turns than it may. Without a bound and without jitter a turn is taken at
 * once, inside `take`, and there is no timer.
 */
export class RestorePace {
  readonly #options: PaceOptions;
  readonly #slot: { readonly turns: number; readonly ms: number };
  /** In the order of arrival. */
  readonly #waiting = new Set<Paced>();
  #nextSlotAt = Number.NEGATIVE_INFINITY;
  #cancelTimer: CancelTimer | undefined;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#slot = slotFor(options.restorePerSecond);
  }

  /** A connection came: whoever waits is forgotten, and the first turn comes after the jitter. */
  begin(): void {
    this.clear();
    const { clock, random, restoreJitterMs } = this.#options;
    // The slots of the connection before count too: one that flaps is no way around the bound.
    this.#nextSlotAt = Math.max(this.#nextSlotAt, clock.now() + random() * restoreJitterMs);
  }

  /** It is told once it is its turn; until then it keeps its place, however often it asks. */
  take(paced: Paced): void {
    this.#waiting.add(paced);
    if (this.#cancelTimer === undefined) this.#serve();
  }

  /** It needs no turn any more. */
  giveBack(paced: Paced): void {
    this.#waiting.delete(paced);
    if (this.#waiting.size === 0) this.#stopTimer();
  }

  /** Forgets whoever waits. */
  clear(): void {
    this.#waiting.clear();
    this.#stopTimer();
  }

  #serve(): void {
    const now = this.#options.clock.now();
    // Node's timers may be early by up to a millisecond.
    const due = now >= this.#nextSlotAt ? this.#openSlot(now) : [];
    if (this.#waiting.size > 0) this.#setTimer(this.#nextSlotAt - now);
    for (const paced of due) paced.turn();
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

/** As many slots as a second can have; a timer for each turn would be a thousand wake-ups a second. */
const mostSlotsPerSecond = 100;

/** A second holds a whole number of slots, so that no window of one second, wherever it begins, holds more of them. */
function slotFor(perSecond: number): { turns: number; ms: number } {
  if (perSecond === Number.POSITIVE_INFINITY) return { turns: perSecond, ms: 0 };
  if (perSecond <= 1) return { turns: 1, ms: 1_000 / perSecond };
  const turns = Math.ceil(Math.floor(perSecond) / mostSlotsPerSecond);
  return { turns, ms: 1_000 / Math.floor(perSecond / turns) };
}
