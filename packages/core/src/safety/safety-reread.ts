import type { Connection } from '../connection/connection.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import { MissedChangeError, toRegistryError } from '../errors/background-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { Logger } from '../log/logger.js';
import type { CancelTimer, Clock } from '../time/clock.js';
import { describeMissed, type Findings, missedBetween } from './findings.js';
import type { Watched } from './watched.js';

export interface SafetyHost {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly connection: Connection;
  /** Each path is looked at once in that time, ms, give or take; 0 for never. */
  readonly safetyRereadMs: number;
  fault(error: ServiceRegistryError): void;
}

/** How long a change may be on its way to us, ms, beside what the servers take to answer. */
const graceMs = 1_000;
/** Children whose data are read in one look, and in one round through all paths. */
const mostChildrenInLook = 100;
const mostChildrenInRound = 300;

/**
 * Looks at every path again, one after the other, for a watch that went quiet: a server that uses it up without a word, a
 * client library that loses it. What was missed is repaired and reported.
 *
 * At most one look is under way, and none without a connection. The pause between two is jittered, so that a fleet whose
 * processes started together does not ask together.
 */
export class SafetyReread {
  readonly #host: SafetyHost;
  /** Whoever is first is next. */
  readonly #queue = new Map<object, Watched>();
  /** Of the connection of the moment; looks that began in another go no further. */
  #term: object | undefined;
  #looking = false;
  #dueAt = 0;
  /** How much there was to look at when that was reckoned. */
  #dueSize = 0;
  #cancel: CancelTimer | undefined;
  #endPause: (() => void) | undefined;

  constructor(host: SafetyHost) {
    this.#host = host;
    if (host.safetyRereadMs === 0) return;
    host.connection.subscribe(({ phase }, previous) => {
      if (phase === 'connected') this.#begin();
      else if (previous.phase === 'connected') this.#end();
    });
  }

  /** From now on `watched` has its turn. `key` takes it out again. */
  add(key: object, watched: Watched): void {
    this.#queue.set(key, watched);
    const { size } = this.#queue;
    if (this.#looking) return;
    if (size === 1) this.#wait(this.#host.random() * this.#everyMs);
    // With more to look at the pauses become shorter, the present one too. Not with each that is added: there may be thousands.
    else if (size >= 2 * this.#dueSize) {
      this.#wait(((this.#dueAt - this.#host.clock.now()) * this.#dueSize) / size);
    }
  }

  delete(key: object): void {
    this.#queue.delete(key);
  }

  /** The pause that leads once through all paths in time. */
  get #everyMs(): number {
    return this.#host.safetyRereadMs / Math.max(1, this.#queue.size);
  }

  #begin(): void {
    this.#end();
    this.#term = {};
    this.#wait(this.#host.random() * this.#everyMs);
  }

  #end(): void {
    this.#term = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#endPause?.();
  }

  #wait(ms: number): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#term === undefined || this.#queue.size === 0) return;
    this.#dueAt = this.#host.clock.now() + ms;
    this.#dueSize = this.#queue.size;
    this.#cancel = this.#host.clock.backgroundTimer(ms, () => {
      this.#cancel = undefined;
      void this.#takeTurn();
    });
  }

  async #takeTurn(): Promise<void> {
    const next = this.#queue.entries().next().value;
    // A look that began before the connection broke may still wait for its answer.
    if (next === undefined || this.#looking) return;
    const [key, watched] = next;
    this.#queue.delete(key);
    this.#queue.set(key, watched);
    this.#looking = true;
    const startedAt = this.#host.clock.now();
    try {
      await this.#look(key, watched);
    } finally {
      this.#looking = false;
      const { clock, random } = this.#host;
      this.#wait(Math.max(1, this.#everyMs * (0.5 + random()) - (clock.now() - startedAt)));
    }
  }

  async #look(key: object, watched: Watched): Promise<void> {
    const term = this.#term;
    const { clock } = this.#host;
    const isOver = (): boolean => term !== this.#term || this.#queue.get(key) !== watched;
    const startedAt = clock.now();
    const first = await this.#examine(watched);
    if (first === undefined || first.differences.size === 0 || isOver()) return;
    // Servers that answer slowly tell slowly too.
    await this.#pause(graceMs + 2 * (clock.now() - startedAt));
    if (isOver()) return;
    const second = await this.#examine(watched, first);
    if (second !== undefined && !isOver()) this.#conclude(watched, first, second);
  }

  #conclude(watched: Watched, first: Findings, second: Findings): void {
    const missed = missedBetween(first, second);
    if (missed.length === 0) return;
    const { path } = watched;
    const what = describeMissed(missed);
    if (watched.repair(missed) === 'known' || what === '') return;
    this.#host.fault(
      new MissedChangeError(path, `The watch of ${path} did not tell of a change: ${what}. It was begun again`),
    );
  }

  async #examine(watched: Watched, earlier?: Findings): Promise<Findings | undefined> {
    const share = Math.floor(mostChildrenInRound / this.#queue.size);
    try {
      return await watched.examine(Math.min(mostChildrenInLook, Math.max(1, share)), earlier);
    } catch (thrown) {
      const error = toRegistryError(thrown, { path: watched.path });
      if (error instanceof NotAuthorizedError) watched.refused(error);
      // Its turn comes again; what is wrong with the connection is told by whoever looks after it.
      else this.#host.logger.debug(`The safety look at ${watched.path} failed: ${error.message}`);
      return undefined;
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        this.#endPause = undefined;
        resolve();
      };
      const cancel = this.#host.clock.backgroundTimer(ms, end);
      this.#endPause = end;
    });
  }
}
