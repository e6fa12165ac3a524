import { Acquisition, type LockQueue } from '../coordination/acquisition.js';
import type { CoordinationContext } from '../coordination/coordination-context.js';
import { Ownership } from '../coordination/ownership.js';
import { CallbackError } from '../errors/background-errors.js';
import { StoppedError } from '../errors/connection-errors.js';
import { LeadershipLostError } from '../errors/lock-errors.js';
import { onAbort } from '../events/on-abort.js';
import { unlessAborted } from '../watch/unless-aborted.js';
import { LeaderClaim } from './leader-claim.js';
import { Leadership } from './leadership.js';

/**
 * The work of the leader. `signal` is aborted with a `LeadershipLostError` when leadership is lost. It is also aborted with
 * the reason of the `signal` passed to `lead`; leadership is then kept until the work has ended.
 */
export type LeaderWork<T> = (signal: AbortSignal, leadership: Leadership) => T | PromiseLike<T>;

export interface LeaderCampaignOptions {
  readonly path: string;
  readonly name: string;
  readonly signal: AbortSignal | undefined;
  readonly requeue: boolean;
}

/** One call of `lead`: queues, leads, and queues again with `requeue`. */
export class LeaderCampaign<T> {
  readonly #options: LeaderCampaignOptions;
  readonly #work: LeaderWork<T>;
  readonly #context: CoordinationContext;
  /** The registry was stopped since the call began, even if a start followed at once. */
  #stopped = false;

  constructor(options: LeaderCampaignOptions, work: LeaderWork<T>, context: CoordinationContext) {
    this.#options = options;
    this.#work = work;
    this.#context = context;
  }

  async run(): Promise<T> {
    const { connection, keepAlive } = this.#context;
    const unsubscribe = connection.subscribe(({ phase }) => {
      this.#stopped ||= phase === 'stopped';
    });
    keepAlive.set(this, true);
    try {
      return await this.#campaignAndLead();
    } finally {
      keepAlive.set(this, false);
      unsubscribe();
    }
  }

  async #campaignAndLead(): Promise<T> {
    for (;;) {
      const ownership = await this.#waitForLeadership();
      try {
        return await this.#lead(ownership);
      } catch (error) {
        if (!ownership.lost.aborted || !this.#shouldRequeue) throw error;
        this.#reportWorkError(error);
      }
      await this.#ensureOpen();
    }
  }

  /** Resolves once we lead. */
  async #waitForLeadership(): Promise<Ownership> {
    for (;;) {
      const ownership = await this.#acquire();
      // The session may have ended at that moment. No work has run yet, so nothing has to be reported.
      if (ownership?.isHeld === true) return ownership;
      await this.#ensureOpen();
    }
  }

  async #acquire(): Promise<Ownership | undefined> {
    const { path, name, signal } = this.#options;
    const queue: LockQueue = {
      subject: path,
      path,
      name,
      signal,
      waitMs: Number.POSITIVE_INFINITY,
      limitMs: Number.POSITIVE_INFINITY,
      claim: (candidate) => new LeaderClaim(path, candidate, this.#context),
    };
    const node = await new Acquisition(queue, this.#context).run();
    return node && Ownership.begin(node, this.#context, (why) => new LeadershipLostError(path, why));
  }

  /** Runs the work and returns its result; rejects if leadership was lost before the work ended. */
  async #lead(ownership: Ownership): Promise<T> {
    const { signal } = this.#options;
    const work = this.#work;
    const workAbort = new AbortController();
    const removeListeners = [ownership.lost, signal].flatMap((from) =>
      from === undefined ? [] : [onAbort(from, () => workAbort.abort(from.reason))],
    );
    try {
      signal?.throwIfAborted();
      const result = await work(workAbort.signal, new Leadership(ownership, () => this.#context.checkProcess()));
      this.#throwIfLost(ownership, workAbort.signal);
      return result;
    } catch (error) {
      this.#throwIfLost(ownership, workAbort.signal, error);
      throw error;
    } finally {
      for (const stopListening of removeListeners) stopListening();
      await ownership.release();
    }
  }

  /** @param thrown the error of the work, which may be just the reason of its `workSignal` */
  #throwIfLost({ lost }: Ownership, workSignal: AbortSignal, thrown?: unknown): void {
    if (!lost.aborted) return;
    const { reason } = lost;
    const isOwn = thrown !== undefined && !isAbortReason(thrown, [reason, workSignal.reason]);
    if (!isOwn || !(reason instanceof LeadershipLostError)) throw reason;
    throw new LeadershipLostError(this.#options.path, reason.why, { cause: thrown });
  }

  get #shouldRequeue(): boolean {
    const { requeue, signal } = this.#options;
    return requeue && !this.#stopped && signal?.aborted !== true;
  }

  /** Reports an error that the work threw on its own: with `requeue`, `lead` does not reject with it. */
  #reportWorkError(error: unknown): void {
    if (!(error instanceof LeadershipLostError) || error.cause === undefined) return;
    const { path } = this.#options;
    const message = `The work of the leader of ${path} failed after leadership was lost`;
    this.#context.fault(new CallbackError(message, { path, cause: error.cause }));
  }

  /** Called before another attempt: meanwhile the registry may have been stopped, or a rebuild given up. */
  async #ensureOpen(): Promise<void> {
    if (this.#stopped) throw new StoppedError('The registry was stopped during an election');
    if (this.#context.connection.phase === 'idle') await unlessAborted(this.#context.ready(), this.#options.signal);
  }
}

/** True if aborted work threw just the reason of its abort. */
function isAbortReason(thrown: unknown, reasons: readonly unknown[]): boolean {
  if (reasons.includes(thrown)) return true;
  if (!(thrown instanceof Error)) return false;
  return thrown.name === 'AbortError' || (thrown.cause !== undefined && reasons.includes(thrown.cause));
}
