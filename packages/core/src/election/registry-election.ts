import type { RegistryBackend } from '../backend/registry-backend.js';
import { assertUsable } from '../coordination/assert-usable.js';
import type { CoordinationContext } from '../coordination/coordination-context.js';
import { checkContender, isQueuePath } from '../coordination/queue-layout.js';
import { queueOrder } from '../coordination/queue-position.js';
import { InvalidArgumentError, InvalidPathError } from '../errors/argument-errors.js';
import { kindOf } from '../errors/kind-of.js';
import { checkOptions } from '../options/check-options.js';
import { type LeaderWatchOptions, type LeadOptions, leaderWatchShape, leadShape } from '../options/election-options.js';
import { LeaderCampaign, type LeaderWork } from './leader-campaign.js';
import { LeaderWatch } from './leader-watch.js';
import { decodeContenderName, readLeader } from './read-leader.js';

/**
 * A leader election, identified by its path and shared with other processes, including kazoo's `Election` for Python. One
 * candidate leads at a time, in the order in which they joined.
 *
 *     const election = registry.getElection('/elections/scheduler', { name: 'server1' });
 *     await election.lead((signal) => schedule(signal), { requeue: true });
 */
export class RegistryElection {
  readonly path: string;
  readonly name: string;
  readonly #context: CoordinationContext;

  /** Internal; use `registry.getElection`. */
  constructor(path: string, name: string, context: CoordinationContext) {
    this.path = path;
    this.name = name;
    this.#context = context;
    if (path === '/') throw new InvalidPathError(path, 'the root cannot be an election');
    if (isQueuePath(path))
      throw new InvalidPathError(path, 'it is the queue of a lock; expected a path without -__lock__ at its end');
    checkContender(path, path, name);
  }

  /**
   * Waits as a candidate until it is elected, without a time limit, runs `work`, and then steps down. Resolves to the result
   * of `work`, and rejects with its error. Each call is a separate candidate.
   *
   * Leadership can be lost before the work has ended; the work's signal is then aborted. After `stop()`, `rebuild()` or a lost
   * connection, that happens before the servers can let another candidate lead; if another client removes our node, as soon as
   * the change is received. Work that continues then runs beside another leader, which is why there is a `fencingToken`. `lead`
   * always waits for the work to end, so one call never runs it twice at the same time, and then rejects regardless of its
   * outcome.
   *
   * A broken connection does not end the candidacy, and costs the position in the queue only if the session is lost.
   *
   * @throws {LeadershipLostError} it was lost before the work had ended; with `requeue` only after `stop()` or if the `signal` was aborted
   * @throws {NoConnectionError} not connected at the time of the call, unless `requeue`
   * @throws {LockKindError} the path is used for a lock
   * @throws {SequenceExhaustedError} the sequence numbers of the candidates are nearly used up
   * @throws {ReadOnlyError | NotAuthorizedError | StoppedError | InvalidArgumentError} or the reason of the `signal`
   */
  async lead<T>(work: LeaderWork<T>, options: LeadOptions = {}): Promise<T> {
    checkOptions('lead', options, leadShape);
    if (typeof work !== 'function') {
      throw new InvalidArgumentError(`lead: the work is ${kindOf(work)}; expected a function`);
    }
    const { signal, requeue = false } = options;
    const { path, name } = this;
    await assertUsable(path, signal, this.#context);
    const { connection } = this.#context;
    if (connection.phase !== 'connected' && !requeue) throw connection.noConnection(path);
    return new LeaderCampaign({ path, name, signal, requeue }, work, this.#context).run();
  }

  /**
   * The name of the leader, `''` for one without a name; undefined without a leader.
   *
   * @throws {NoConnectionError | NotAuthorizedError | StoppedError}
   */
  async leader(): Promise<string | undefined> {
    return (await readLeader(this.path, await this.#backend())).name;
  }

  /**
   * The names of all candidates in the order in which they will lead, the current leader first.
   *
   * @throws {NoConnectionError | NotAuthorizedError | StoppedError}
   */
  async contenders(): Promise<readonly string[]> {
    const { children } = await (await this.#backend()).read(this.path, { children: 'data' });
    return queueOrder(children.keys()).map((name) => decodeContenderName(children.get(name)?.data));
  }

  /**
   * The leader's name for `for await`, in the format of `leader()`: first the current leader, then every other leader, even
   * one with the same name. A consumer that is slower than the changes gets the latest. Yields nothing while disconnected.
   * Ends with `stop()`; rejects if the registry cannot be started, or with the signal's reason.
   */
  watch(options: LeaderWatchOptions = {}): AsyncIterableIterator<string | undefined, undefined> {
    checkOptions('watch', options, leaderWatchShape);
    return new LeaderWatch(this.path, options.signal, this.#context);
  }

  async #backend(): Promise<RegistryBackend> {
    await this.#context.ready();
    const backend = this.#context.backend();
    const { connection } = this.#context;
    if (backend === undefined || connection.phase !== 'connected') throw connection.noConnection(this.path);
    return backend;
  }
}
