import type { CoordinationContext } from '../coordination/coordination-context.js';
import { InterruptibleWait } from '../coordination/interruptible-wait.js';
import { NoConnectionError, TimeoutError } from '../errors/connection-errors.js';
import { onAbort } from '../events/on-abort.js';
import { unlessAborted } from '../watch/unless-aborted.js';
import { type Leader, leaderOf, readLeader } from './read-leader.js';

type Name = string | undefined;

/** Pause after a failed read, ms: a client may report a lost connection late, and an immediate retry would leave it no time. */
const retryPauseMs = 100;

/** The leader's name for one `for await` loop: each `next` reads it, and waits for a change with a watch. */
export class LeaderWatch implements AsyncIterableIterator<Name, undefined> {
  readonly #path: string;
  readonly #signal: AbortSignal | undefined;
  readonly #context: CoordinationContext;
  readonly #wait = new InterruptibleWait();
  readonly #changes: AsyncGenerator<Name, undefined>;
  #ended = false;

  constructor(path: string, signal: AbortSignal | undefined, context: CoordinationContext) {
    this.#path = path;
    this.#signal = signal;
    this.#context = context;
    this.#changes = this.#generate();
  }

  next(): Promise<IteratorResult<Name, undefined>> {
    return this.#changes.next();
  }

  return(): Promise<IteratorResult<Name, undefined>> {
    this.#end();
    return this.#changes.return(undefined);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async *#generate(): AsyncGenerator<Name, undefined> {
    this.#signal?.throwIfAborted();
    await unlessAborted(this.#context.ready(), this.#signal);
    const { connection } = this.#context;
    const stopAbortion = this.#signal && onAbort(this.#signal, () => this.#end());
    const unsubscribe = connection.subscribe(({ phase }) => {
      if (phase === 'stopped') this.#end();
      else this.#wait.interrupt();
    });
    try {
      for (let last = await this.#waitForChange(undefined); last !== undefined; last = await this.#waitForChange(last))
        yield last.name;
      return undefined;
    } finally {
      unsubscribe();
      stopAbortion?.();
    }
  }

  #end(): void {
    this.#ended = true;
    this.#wait.interrupt();
  }

  /** Resolves to a leader other than `last`; to undefined at the end. */
  async #waitForChange(last: Leader | undefined): Promise<Leader | undefined> {
    const { keepAlive } = this.#context;
    keepAlive.set(this, true);
    try {
      for (;;) {
        this.#wait.reset();
        this.#signal?.throwIfAborted();
        if (this.#ended) return undefined;
        const leader = await this.#readOnce(last);
        if (leader !== undefined && !this.#ended) return leader;
      }
    } finally {
      keepAlive.set(this, false);
    }
  }

  /** Reads once, or waits for a change; undefined if the caller has to try again. */
  async #readOnce(last: Leader | undefined): Promise<Leader | undefined> {
    const { clock } = this.#context.settings;
    const backend = this.#context.backend();
    try {
      if (backend === undefined || this.#context.connection.phase !== 'connected') {
        await this.#wait.forTime(clock, Number.POSITIVE_INFINITY);
        return undefined;
      }
      const isAnother = (node: string | undefined): boolean => last === undefined || node !== last.node;
      const changed = await this.#wait.forNode(
        backend,
        this.#path,
        { children: 'names', data: false },
        ({ children }) => isAnother(leaderOf(children.keys())),
      );
      const leader = changed && (await readLeader(this.#path, backend));
      return leader !== undefined && isAnother(leader.node) ? leader : undefined;
    } catch (error) {
      if (!(error instanceof NoConnectionError || error instanceof TimeoutError)) throw error;
      await this.#wait.forTime(clock, retryPauseMs);
      return undefined;
    }
  }
}
