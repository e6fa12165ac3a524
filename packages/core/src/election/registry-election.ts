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
import { contenderName, readLeader } from './read-leader.js';

/**
 * An election that others share by its path, in this process or elsewhere, kazoo's `Election` for Python among them: of all
 * candidates one leads at a time, in the order of their coming.
 *
 *     const election = registry.getElection('/elections/scheduler', { name: 'server1' });
 *     await election.lead((signal) => schedule(signal), { requeue: true });
 */
export class RegistryElection {
  readonly path: string;
  readonly name: string;
  readonly #context: CoordinationContext;

  /** Not for users: `registry.getElection`. */
  constructor(path: string, name: string, context: CoordinationContext) {
    this.path = path;
    this.name = name;
    this.#context = context;
    if (path === '/') throw new InvalidPathError(path, 'the root cannot be an election');
    if (isQueuePath(path))
      throw new InvalidPathError(
        path,
        'the contenders of a lock stand there; expected a path without -__lock__ at its end',
      );
    checkContender(path, path, name);
  }

  /**
   * Stands as a candidate for as long as it takes, and does `work` when it is elected; then it steps down. Resolves with what
   * the work came to, and rejects with what it threw. Each call is a candidate of its own.
   *
   * Leadership can be lost before the work has ended. The work's signal says so: with `stop()`, `rebuild()` and a connection
   * that is gone, before the servers can let anybody else lead; as soon as the news comes when a stranger removes our node.
   * Work that goes on all the same goes on beside another leader: that is what `fencingToken` is for. `lead` waits for its end
   * in any case, so one call never does it twice at the same time, and then rejects, whatever it came to.
   *
   * A broken connection does not end the candidacy, and costs the place in the line only when the session is lost.
   *
   * @throws {LeadershipLostError} it was lost before the work had ended; with `requeue` only by `stop()`, or where the `signal` was aborted
   * @throws {NoConnectionError} no connection at the time of the call, unless `requeue`
   * @throws {LockKindError} there is a lock at the path
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
   * The name of who leads, `''` for one without a name; undefined when nobody does.
   *
   * @throws {NoConnectionError | NotAuthorizedError | StoppedError}
   */
  async leader(): Promise<string | undefined> {
    return (await readLeader(this.path, await this.#backend())).name;
  }

  /**
   * The names of all candidates in the order in which they will lead, who leads now first.
   *
   * @throws {NoConnectionError | NotAuthorizedError | StoppedError}
   */
  async contenders(): Promise<readonly string[]> {
    const { children } = await (await this.#backend()).read(this.path, { children: 'data' });
    return queueOrder(children.keys()).map((name) => contenderName(children.get(name)));
  }

  /**
   * Who leads, for `for await`, as `leader()` says it: first the present one, then each time that somebody else does, also one
   * of the same name. A consumer that is slower than the changes gets the latest. While there is no connection nothing comes.
   * Ends with `stop()`; rejects when the registry cannot be started, or with the signal's reason.
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
