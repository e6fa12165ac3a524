import type { Connection } from '../connection/connection.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import { MissedChangeError, toRegistryError } from '../errors/background-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { Logger } from '../log/logger.js';
import type { CancelTimer, Clock } from '../time/clock.js';
import { type Comparison, describeMissed, missedBetween } from './comparison.js';
import type { RereadTarget } from './reread-target.js';

export interface SafetyRereadHost {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly connection: Connection;
  /** About how often each path is read, ms; 0 for never. */
  readonly safetyRereadMs: number;
  fault(error: ServiceRegistryError): void;
}

/** How long a report may take to reach us, ms, in addition to the servers' response time. */
const graceMs = 1_000;
/** The maximum number of children whose data is read, in one check and in one round through all paths. */
const maxChildrenPerCheck = 100;
const maxChildrenPerRound = 300;

/**
 * Reads every path again, one after the other, to find watches that went quiet: because a server triggered the watch without
 * notifying us, or because a client library lost the notification. A missed change is repaired and reported.
 *
 * There is at most one check at a time, and none without a connection. The pause between two checks has jitter, so that many
 * processes that started together do not read at the same time.
 */
export class SafetyReread {
  readonly #host: SafetyRereadHost;
  /** The first one is checked next. */
  readonly #queue = new Map<object, RereadTarget>();
  /** Identifies the current connection. A check that started on another one is abandoned. */
  #connectionToken: object | undefined;
  #isChecking = false;
  #dueAt = 0;
  /** The size of the queue when `#dueAt` was computed. */
  #dueSize = 0;
  #cancel: CancelTimer | undefined;
  #endPause: (() => void) | undefined;

  constructor(host: SafetyRereadHost) {
    this.#host = host;
    if (host.safetyRereadMs === 0) return;
    host.connection.subscribe(({ phase }, previous) => {
      if (phase === 'connected') this.#resume();
      else if (previous.phase === 'connected') this.#suspend();
    });
  }

  /** Adds `target` to the rounds, unless there is one for `key` already. `delete(key)` removes it. */
  add(key: object, target: RereadTarget): void {
    if (this.#queue.has(key)) return;
    this.#queue.set(key, target);
    const { size } = this.#queue;
    if (this.#isChecking) return;
    if (size === 1) this.#scheduleNext(this.#host.random() * this.#everyMs);
    // More paths make the pauses shorter, including the current one. Not with each added path: there may be thousands.
    else if (size >= 2 * this.#dueSize) {
      this.#scheduleNext(((this.#dueAt - this.#host.clock.now()) * this.#dueSize) / size);
    }
  }

  delete(key: object): void {
    this.#queue.delete(key);
  }

  /** The pause with which one round takes `safetyRereadMs`. */
  get #everyMs(): number {
    return this.#host.safetyRereadMs / Math.max(1, this.#queue.size);
  }

  #resume(): void {
    this.#suspend();
    this.#connectionToken = {};
    this.#scheduleNext(this.#host.random() * this.#everyMs);
  }

  #suspend(): void {
    this.#connectionToken = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#endPause?.();
  }

  #scheduleNext(ms: number): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#connectionToken === undefined || this.#queue.size === 0) return;
    this.#dueAt = this.#host.clock.now() + ms;
    this.#dueSize = this.#queue.size;
    this.#cancel = this.#host.clock.backgroundTimer(ms, () => {
      this.#cancel = undefined;
      void this.#checkNext();
    });
  }

  async #checkNext(): Promise<void> {
    const next = this.#queue.entries().next().value;
    // A check that started before the connection broke may still wait for its answer.
    if (next === undefined || this.#isChecking) return;
    const [key, target] = next;
    this.#queue.delete(key);
    this.#queue.set(key, target);
    this.#isChecking = true;
    const startedAt = this.#host.clock.now();
    try {
      await this.#check(key, target);
    } finally {
      this.#isChecking = false;
      const { clock, random } = this.#host;
      this.#scheduleNext(Math.max(1, this.#everyMs * (0.5 + random()) - (clock.now() - startedAt)));
    }
  }

  async #check(key: object, target: RereadTarget): Promise<void> {
    const token = this.#connectionToken;
    const { clock } = this.#host;
    const isAbandoned = (): boolean => token !== this.#connectionToken || this.#queue.get(key) !== target;
    const startedAt = clock.now();
    const first = await this.#compare(target);
    if (first === undefined || first.differences.size === 0 || isAbandoned()) return;
    // Servers that answer slowly also report changes slowly.
    await this.#pause(graceMs + 2 * (clock.now() - startedAt));
    if (isAbandoned()) return;
    const second = await this.#compare(target, first);
    if (second !== undefined && !isAbandoned()) this.#repair(target, first, second);
  }

  #repair(target: RereadTarget, first: Comparison, second: Comparison): void {
    const missed = missedBetween(first, second);
    if (missed.length === 0) return;
    const { path } = target;
    const changes = describeMissed(missed);
    if (target.repair(missed) === 'reported' || changes === '') return;
    this.#host.fault(
      new MissedChangeError(path, `The watch of ${path} missed a change (${changes}) and was restarted`),
    );
  }

  async #compare(target: RereadTarget, earlier?: Comparison): Promise<Comparison | undefined> {
    const share = Math.floor(maxChildrenPerRound / this.#queue.size);
    try {
      return await target.compare(Math.min(maxChildrenPerCheck, Math.max(1, share)), earlier);
    } catch (thrown) {
      const error = toRegistryError(thrown, { path: target.path });
      if (error instanceof NotAuthorizedError) target.onNotAuthorized(error);
      // It is checked again in the next round; connection failures are reported elsewhere.
      else this.#host.logger.debug(`The safety re-read of ${target.path} failed: ${error.message}`);
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
