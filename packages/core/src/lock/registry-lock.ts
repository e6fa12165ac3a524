import { Acquisition, type LockQueue } from '../coordination/acquisition.js';
import { assertUsable } from '../coordination/assert-usable.js';
import type { CoordinationContext } from '../coordination/coordination-context.js';
import { InterruptibleWait } from '../coordination/interruptible-wait.js';
import { Ownership } from '../coordination/ownership.js';
import { checkContender, queuePathOf } from '../coordination/queue-layout.js';
import { InvalidPathError } from '../errors/argument-errors.js';
import { NoConnectionError } from '../errors/connection-errors.js';
import { LockBusyError, LockLostError } from '../errors/lock-errors.js';
import { checkOptions } from '../options/check-options.js';
import { type AcquireOptions, acquireShape, type LockSettings } from '../options/lock-options.js';
import { unlessAborted } from '../watch/unless-aborted.js';
import type { KnownLimits } from './known-limits.js';
import { SlotClaim } from './slot-claim.js';

const decoder = new TextDecoder();

/**
 * A distributed lock, identified by its path and shared with other processes, including Python's `nd_service_registry` and
 * kazoo's `Semaphore`. At most `simultaneous` clients hold it at once, in the order of their requests. Not re-entrant: another
 * lock object of the same path is a separate client.
 *
 *     await using lock = await registry.getLock('/locks/report').hold({ waitMs: 5_000 });
 *     await work({ signal: lock.lost });
 */
export class RegistryLock implements AsyncDisposable {
  readonly path: string;
  /** The number of clients that may hold it at once. */
  readonly simultaneous: number;
  readonly #settings: LockSettings;
  readonly #context: CoordinationContext;
  readonly #limits: KnownLimits;
  #ownership: Ownership | undefined;
  #acquiring: Promise<unknown> | undefined;
  readonly #neverHeld: AbortSignal;

  /** Internal; use `registry.getLock`. */
  constructor(path: string, settings: LockSettings, context: CoordinationContext, limits: KnownLimits) {
    this.path = path;
    this.simultaneous = settings.simultaneous;
    this.#settings = settings;
    this.#context = context;
    this.#limits = limits;
    this.#neverHeld = AbortSignal.abort(new LockLostError(path, 'it was not acquired, or was released'));
    if (path === '/') throw new InvalidPathError(path, 'the root cannot be a lock');
    checkContender(path, queuePathOf(path), settings.name);
  }

  /**
   * Acquires the lock. Resolves to true, at once if it is already held, and to false if it was not obtained within `waitMs`.
   * A broken connection does not end the wait, and costs the position in the queue only if the session is lost. If this
   * resolves to false or rejects, no node of it remains in the registry; while disconnected, the nodes are removed on reconnect.
   *
   * @throws {NoConnectionError} not connected at the time of the call
   * @throws {LockLimitError} the path is used with another `simultaneous`
   * @throws {LockKindError} the path is used for an election
   * @throws {SequenceExhaustedError} the sequence numbers of the queue are nearly used up
   * @throws {ReadOnlyError | NotAuthorizedError | StoppedError | InvalidArgumentError} or the reason of the `signal`
   */
  async acquire(options: AcquireOptions = {}): Promise<boolean> {
    checkOptions('acquire', options, acquireShape);
    const { waitMs = this.#settings.waitMs, signal = this.#settings.signal } = options;
    await assertUsable(this.path, signal, this.#context);
    const { connection } = this.#context;
    if (connection.phase !== 'connected') throw connection.noConnection(this.path);
    return this.#acquireSerially({ ...this.#settings, waitMs, signal });
  }

  /**
   * As `acquire`, for `await using`: resolves only with the lock held.
   *
   * @throws {LockBusyError} it was not obtained within `waitMs`
   */
  async hold(options: AcquireOptions = {}): Promise<this> {
    if (await this.acquire(options)) return this;
    throw new LockBusyError(this.path, options.waitMs ?? this.#settings.waitMs);
  }

  /**
   * Releases the lock. Resolves to true once the servers have applied it, and also if the lock was not held; to false if the
   * servers cannot be reached now: the node is then deleted on reconnect, or ends with the session. In every case this client
   * no longer holds the lock. Does not end a waiting `acquire`; use its `signal` for that. Never rejects.
   */
  async release(): Promise<boolean> {
    const ownership = this.#checkedOwnership;
    this.#ownership = undefined;
    return ownership === undefined || (await ownership.release());
  }

  /** `await using lock = await registry.getLock(…).hold()` */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  /** True if it is certainly held. False while the connection is suspended, although it may turn out to be still held. */
  get status(): boolean {
    return this.#checkedOwnership?.isCertain ?? false;
  }

  /**
   * Aborted with a `LockLostError` when the held lock is lost: its session ended, another client deleted its lease, or
   * `stop()` was called. While this process runs, that happens before the servers can give its slot to another client, with one
   * exception: if another client deletes the lease, or makes the servers end the session, waiting clients are notified at the
   * same time. A release does not abort it. Already aborted while the lock is not held.
   */
  get lost(): AbortSignal {
    return this.#checkedOwnership?.lost ?? this.#neverHeld;
  }

  /**
   * A number that grows with every grant of this path to any client. The resource that the lock protects can reject requests
   * with a smaller number than it has seen before. Undefined while the lock is not held.
   */
  get fencingToken(): bigint | undefined {
    const ownership = this.#checkedOwnership;
    return ownership?.isHeld === true ? ownership.node.czxid : undefined;
  }

  /**
   * How long it is certainly held, ms from now, even if this process dies or receives nothing more from the servers: until
   * then they give its slot to no other client, unless another client deletes the lease. Grows again with each answer. 0 while
   * it is not held; `Infinity` if sessions never end. For a watchdog outside of this process, which must stop the work by then.
   */
  get certainMs(): number {
    return this.#checkedOwnership?.certainMs ?? 0;
  }

  /** True if it is held or being acquired. */
  get inUse(): boolean {
    return this.#acquiring !== undefined || this.#checkedOwnership?.isHeld === true;
  }

  /**
   * The names of the current holders, including ours, sorted; `''` for a holder without a name.
   *
   * @throws {NoConnectionError | NotAuthorizedError | StoppedError}
   */
  async holders(): Promise<readonly string[]> {
    await this.#context.ready();
    const backend = this.#context.backend();
    const { connection } = this.#context;
    if (backend === undefined || connection.phase !== 'connected') throw connection.noConnection(this.path);
    const { children } = await backend.read(this.path, { children: 'data' });
    return [...children.values()].map(({ data }) => decoder.decode(data ?? undefined)).sort();
  }

  /** The ownership, after the process check: it may belong to a process that was frozen or copied. */
  get #checkedOwnership(): Ownership | undefined {
    this.#context.checkProcess();
    return this.#ownership;
  }

  /** Runs one attempt at a time; concurrent calls wait and then check its result. */
  async #acquireSerially(lock: LockSettings): Promise<boolean> {
    const { clock, requestTimeoutMs } = this.#context.settings;
    const startedAt = clock.now();
    const remainingOf = (ms: number): number => Math.max(0, ms - (clock.now() - startedAt));
    const limitMs = lock.waitMs + requestTimeoutMs;
    while (this.#acquiring !== undefined) {
      if (remainingOf(limitMs) === 0) return false;
      await this.#waitForOtherCall(this.#acquiring, remainingOf(limitMs), lock.signal);
    }
    if (this.#ownership?.isHeld === true) return true;
    const acquiring = this.#acquire({ ...lock, waitMs: remainingOf(lock.waitMs) }, remainingOf(limitMs));
    this.#acquiring = acquiring.then(ignoreOutcome, ignoreOutcome).then(() => {
      this.#acquiring = undefined;
    });
    return acquiring;
  }

  /** Resolves once the attempt of another call has ended, or after `ms`. */
  async #waitForOtherCall(other: Promise<unknown>, ms: number, signal: AbortSignal | undefined): Promise<void> {
    const wait = new InterruptibleWait();
    const waited = wait.forTime(this.#context.settings.clock, ms);
    try {
      await unlessAborted(Promise.race([other, waited]), signal);
    } finally {
      wait.interrupt();
    }
  }

  async #acquire(lock: LockSettings, limitMs: number): Promise<boolean> {
    const node = await new Acquisition(this.#queueFor(lock, limitMs), this.#context).run();
    if (node === undefined) return false;
    this.#ownership = Ownership.begin(node, this.#context, (why) => new LockLostError(this.path, why));
    if (this.#ownership !== undefined) return true;
    throw new NoConnectionError('The session ended while the lock was acquired', { path: this.path });
  }

  #queueFor(lock: LockSettings, limitMs: number): LockQueue {
    const { path } = this;
    const { name, waitMs, signal } = lock;
    return {
      subject: path,
      path: queuePathOf(path),
      name,
      waitMs,
      limitMs,
      signal,
      claim: (candidate) => new SlotClaim(path, lock, candidate, this.#context, this.#limits),
    };
  }
}

function ignoreOutcome(): void {
  // The caller of the attempt receives its outcome; the next one checks for itself.
}
