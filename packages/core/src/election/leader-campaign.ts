import { Acquisition, type LockQueue } from '../coordination/acquisition.js';
import type { CoordinationContext } from '../coordination/coordination-context.js';
import { Holding } from '../coordination/holding.js';
import { CallbackError } from '../errors/background-errors.js';
import { StoppedError } from '../errors/connection-errors.js';
import { LeadershipLostError } from '../errors/lock-errors.js';
import { onAbort } from '../events/on-abort.js';
import { unlessAborted } from '../watch/unless-aborted.js';
import { LeaderClaim } from './leader-claim.js';
import { Leadership } from './leadership.js';

/**
 * What the leader does. `signal` is aborted with a `LeadershipLostError` when leadership is lost; and with the reason of the
 * `signal` that `lead` was given, while we lead on until the work has ended.
 */
export type LeaderWork<T> = (signal: AbortSignal, leadership: Leadership) => T | PromiseLike<T>;

export interface LeaderCampaignOptions {
  readonly path: string;
  readonly name: string;
  readonly signal: AbortSignal | undefined;
  readonly requeue: boolean;
}

/** One call of `lead`: stands in line, leads, and stands again where that is wished. */
export class LeaderCampaign<T> {
  readonly #options: LeaderCampaignOptions;
  readonly #work: LeaderWork<T>;
  readonly #context: CoordinationContext;
  /** Since it began, also when a start followed at once. */
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
      return await this.#standAndLead();
    } finally {
      keepAlive.set(this, false);
      unsubscribe();
    }
  }

  async #standAndLead(): Promise<T> {
    for (;;) {
      const holding = await this.#win();
      try {
        return await this.#lead(holding);
      } catch (error) {
        if (!holding.lost.aborted || !this.#standsAgain) throw error;
        this.#tellOf(error);
      }
      await this.#beOpen();
    }
  }

  /** Resolves when we lead. */
  async #win(): Promise<Holding> {
    for (;;) {
      const holding = await this.#stand();
      // Its session may have ended as it was won; nothing has been done yet, so there is nobody to tell.
      if (holding?.open === true) return holding;
      await this.#beOpen();
    }
  }

  async #stand(): Promise<Holding | undefined> {
    const { path, name, signal } = this.#options;
    const line: LockQueue = {
      subject: path,
      path,
      name,
      signal,
      waitMs: Number.POSITIVE_INFINITY,
      limitMs: Number.POSITIVE_INFINITY,
      claim: (candidate) => new LeaderClaim(path, candidate, this.#context),
    };
    const lease = await new Acquisition(line, this.#context).run();
    return lease && Holding.begin(lease, this.#context, (why) => new LeadershipLostError(path, why));
  }

  /** What the work comes to, if it came to it while we led. */
  async #lead(holding: Holding): Promise<T> {
    const { signal } = this.#options;
    const work = this.#work;
    const told = new AbortController();
    const listeners = [holding.lost, signal].flatMap((from) =>
      from === undefined ? [] : [onAbort(from, () => told.abort(from.reason))],
    );
    try {
      signal?.throwIfAborted();
      const result = await work(told.signal, new Leadership(holding, () => this.#context.look()));
      this.#throwIfLost(holding, told.signal);
      return result;
    } catch (error) {
      this.#throwIfLost(holding, told.signal, error);
      throw error;
    } finally {
      for (const stopListening of listeners) stopListening();
      await holding.release();
    }
  }

  /** @param thrown what the work threw, which may be just what it was `told` */
  #throwIfLost({ lost }: Holding, told: AbortSignal, thrown?: unknown): void {
    if (!lost.aborted) return;
    const { reason } = lost;
    const isOwn = thrown !== undefined && !isObedient(thrown, [reason, told.reason]);
    if (!isOwn || !(reason instanceof LeadershipLostError)) throw reason;
    throw new LeadershipLostError(this.#options.path, reason.why, { cause: thrown });
  }

  get #standsAgain(): boolean {
    const { requeue, signal } = this.#options;
    return requeue && !this.#stopped && signal?.aborted !== true;
  }

  /** Nobody else hears of what the work threw of its own. */
  #tellOf(error: unknown): void {
    if (!(error instanceof LeadershipLostError) || error.cause === undefined) return;
    const { path } = this.#options;
    const what = `The work of the leader of ${path} failed after leadership was lost`;
    this.#context.fault(new CallbackError(what, { path, cause: error.cause }));
  }

  /** Before another attempt: the registry may have been stopped, or a rebuild of it given up, meanwhile. */
  async #beOpen(): Promise<void> {
    if (this.#stopped) throw new StoppedError('The registry was stopped during an election');
    if (this.#context.connection.phase === 'idle') await unlessAborted(this.#context.ready(), this.#options.signal);
  }
}

/** Whether work that was told to end has thrown just that. */
function isObedient(thrown: unknown, reasons: readonly unknown[]): boolean {
  if (reasons.includes(thrown)) return true;
  if (!(thrown instanceof Error)) return false;
  return thrown.name === 'AbortError' || (thrown.cause !== undefined && reasons.includes(thrown.cause));
}
