import type { CancelTimer, Clock } from '@ndsr/core/backend';

/** How often all that is under way is looked at within the deadline. */
const looks = 4;

/** What is under way. */
export interface UnderWay {
  /** How often it was found unanswered; 0 when it begins. */
  looksWithoutAnswer: number;
}

/**
 * Finds requests that the client library has forgotten: without an answer they would hold their place in the window for ever.
 * One timer for all of them, and looks that are counted: when the event loop stood still, a clock would call everything
 * overdue before the answers that have come are read.
 */
export class RequestDeadline<Request extends UnderWay> {
  readonly ms: number;
  readonly #clock: Clock;
  readonly #over: (request: Request) => void;
  readonly #underWay = new Set<Request>();
  #cancelLook: CancelTimer | undefined;

  /** @param over told of each that has had no answer for `ms`; it is looked at no more then */
  constructor(clock: Clock, ms: number, over: (request: Request) => void) {
    this.#clock = clock;
    this.ms = ms;
    this.#over = over;
  }

  begin(request: Request): void {
    this.#underWay.add(request);
    if (this.#cancelLook === undefined) this.#lookLater();
  }

  /** Whether it was under way still. */
  end(request: Request): boolean {
    return this.#underWay.delete(request);
  }

  /** No timer is left. */
  stop(): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
  }

  #lookLater(): void {
    this.#cancelLook = this.#clock.backgroundTimer(this.ms / looks, () => this.#look());
  }

  #look(): void {
    this.#cancelLook = undefined;
    for (const request of [...this.#underWay]) {
      request.looksWithoutAnswer += 1;
      if (request.looksWithoutAnswer > looks && this.end(request)) this.#over(request);
    }
    if (this.#underWay.size > 0 && this.#cancelLook === undefined) this.#lookLater();
  }
}
