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
import { SlotClaim } from './slot-claim.js';

const decoder = new TextDecoder();

/**
 * A lock that others share by its path, in this process or elsewhere, Python's `nd_service_registry` and kazoo's `Semaphore`
 * among them: at most `simultaneous` hold it at once. First come, first served. Not re-entrant: another lock object of the
 * same path is somebody else.
 *
 *     await using lock = await registry.getLock('/locks/report').hold({ waitMs: 5_000 });
 *     await work({ signal: lock.lost });
 */
export class RegistryLock implements AsyncDisposable {
  readonly path: string;
  /** How many may hold it at once. */
  readonly simultaneous: number;
  readonly #settings: LockSettings;
  readonly #context: CoordinationContext;
  #ownership: Ownership | undefined;
  #acquiring: Promise<unknown> | undefined;
  readonly #neverHeld: AbortSignal;

  /** Not for users: `registry.getLock`. */
  constructor(path: string, settings: LockSettings, context: CoordinationContext) {
    this.path = path;
    this.simultaneous = settings.simultaneous;
    this.#settings = settings;
    this.#context = context;
    this.#neverHeld = AbortSignal.abort(new LockLostError(path, 'it was not acquired, or was released'));
    if (path === '/') throw new InvalidPathError(path, 'the root cannot be a lock');
    checkContender(path, queuePathOf(path), settings.name);
  }

  /**
   * Obtains the lock; true at once where it is held already. False when that was not possible within `waitMs`. A broken
   * connection does not end the wait, and costs the place in the line only when the session is lost. Whenever this resolves
   * false or rejects, nothing of it stays in the registry; while disconnected that is seen to when the connection comes.
   *
   * @throws {NoConnectionError} no connection at the time of the call
   * @throws {LockLimitError} the path is used with another `simultaneous`
   * @throws {LockKindError} there is an election at the path
   * @throws {SequenceExhaustedError} the sequence numbers of those who wait are nearly used up
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
   * As `acquire`, for `await using`: what follows runs only with the lock.
   *
   * @throws {LockBusyError} it was not obtained within `waitMs`
   */
  async hold(options: AcquireOptions = {}): Promise<this> {
    if (await this.acquire(options)) return this;
    throw new LockBusyError(this.path, options.waitMs ?? this.#settings.waitMs);
  }

  /**
   * Gives the lock back. True when the servers know, also where it was not held; false when they cannot be told at the
   * moment: they are as soon as there is a connection, and else the session's end tells them. It is not held in any case.
   * Does not end an `acquire` that waits: that is what its `signal` is for. Never rejects.
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

  /** Whether it is held for certain. False while the connection is suspended, though it may turn out to be held still. */
  get status(): boolean {
    return this.#checkedOwnership?.isCertain ?? false;
  }

  /**
   * Aborted with a `LockLostError` when the present holding is lost, by its session's end, a stranger's deletion, or
   * `stop()`. As long as this process runs that comes before the servers can give its slot to anybody else; but who waits for
   * it hears at the same time when a stranger deletes the lease, or has the servers end the session. A release does not
   * abort it. Already aborted while the lock is not held.
   */
  get lost(): AbortSignal {
    return this.#checkedOwnership?.lost ?? this.#neverHeld;
  }

  /**
   * A number that grows with every grant of this path, whoever gets it: what is guarded by the lock can refuse whoever comes
   * with a smaller one than it has seen. Undefined while the lock is not held.
   */
  get fencingToken(): bigint | undefined {
    const ownership = this.#checkedOwnership;
    return ownership?.isHeld === true ? ownership.node.czxid : undefined;
  }

  /**
   * For how long from now on it is held for certain, ms, even if this process dies now or hears nothing more from the servers:
   * until then they give its slot to nobody, unless a stranger removes it. Grows again with each of their answers. 0 while it is
   * not held; `Infinity` where sessions never end. For a watchdog outside of this process, which must stop the work by then.
   */
  get certainMs(): number {
    return this.#checkedOwnership?.certainMs ?? 0;
  }

  /** Whether it is held, or on its way to that. */
  get inUse(): boolean {
    return this.#acquiring !== undefined || this.#checkedOwnership?.isHeld === true;
  }

  /**
   * The names of those who hold the lock now, ours included, sorted; `''` for one without a name.
   *
   * @throws {NoConnectionError | NotAuthorizedError | StoppedError}
   */
  async holders(): Promise<readonly string[]> {
    await this.#context.ready();
    const backend = this.#context.backend();
    const { connection } = this.#context;
    if (backend === undefined || connection.phase !== 'connected') throw connection.noConnection(this.path);
    const { children } = await backend.read(this.path, { children: 'data' });
    return [...children.values()].map((name) => decoder.decode(name ?? undefined)).sort();
  }

  /** The holding, after a look at which process this is: one that was frozen, or copied, may have held it. */
  get #checkedOwnership(): Ownership | undefined {
    this.#context.checkProcess();
    return this.#ownership;
  }

  /** One attempt at a time; whoever comes meanwhile looks what has come of it. */
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

  /** Resolves when the attempt of another call has ended, or after `ms`. */
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
    throw new NoConnectionError('The session ended as the lock was obtained', { path: this.path });
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
      claim: (candidate) => new SlotClaim(path, lock, candidate, this.#context),
    };
  }
}

function ignoreOutcome(): void {
  // Whoever waits for it hears of its outcome; the next one looks for itself.
}
