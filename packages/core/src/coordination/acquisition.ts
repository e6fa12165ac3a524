import type { RegistryBackend, Session } from '../backend/registry-backend.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import { NoConnectionError, StoppedError, TimeoutError } from '../errors/connection-errors.js';
import { onAbort } from '../events/on-abort.js';
import type { Phase } from '../events/phase.js';
import { childOf } from '../node/path.js';
import type { Candidate, Claim, ClaimResult } from './claim.js';
import type { CoordinationContext, OwnedNode } from './coordination-context.js';
import { InterruptibleWait } from './interruptible-wait.js';
import { awaitEarlierWrites, type PendingDelete } from './pending-deletes.js';
import { checkSequenceNumber, contenderPath, newLockId } from './queue-layout.js';
import { positionOf } from './queue-position.js';
import { WaitLimit } from './wait-limit.js';

/** Describes one attempt to queue for a lock or an election. */
export interface LockQueue {
  /** The path of the lock or election, for errors. */
  readonly subject: string;
  /** The parent of the contender nodes. */
  readonly path: string;
  /** The data of the contender node. */
  readonly name: string;
  /** How long the candidate queues, ms. */
  readonly waitMs: number;
  /** The call ends after this time even without answers from the servers, ms; more than `waitMs`. */
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  claim(candidate: Candidate): Claim;
}

const encoder = new TextEncoder();
/** Pause after a failed or contradictory answer: an immediate retry could loop without end. */
const retryPauseMs = 100;

/** Our state in the queue, for one session. */
interface QueueEntry {
  readonly candidate: Candidate;
  readonly claim: Claim;
  /** `unknown`: the contender node was requested, and the answer was lost. */
  queued: 'no' | 'unknown' | 'yes';
  /** The path of the contender node, if its creation was answered. */
  contender: string | undefined;
}

/**
 * One attempt to acquire a lock or leadership by kazoo's recipe: create a contender node, and claim once no contender is ahead.
 * Each wait is a watch on one node: on the direct predecessor, or on the node that the first contender waits for. Every attempt
 * decides from a fresh read, so a lost answer or a broken connection costs at most a retry; a lost session costs the position.
 *
 * The call ends by its limit even if the servers answer nothing. Requests sent by then are followed up in the background,
 * because they may have created nodes that must be removed; no further node is created.
 */
export class Acquisition {
  readonly #queue: LockQueue;
  readonly #context: CoordinationContext;
  readonly #wait = new InterruptibleWait();
  readonly #limit: WaitLimit;
  #entry: QueueEntry | undefined;
  #node: OwnedNode | undefined;
  #failure: { readonly reason: unknown } | undefined;

  constructor(queue: LockQueue, context: CoordinationContext) {
    const { waitMs, limitMs } = queue;
    this.#queue = queue;
    this.#context = context;
    this.#limit = new WaitLimit(context.settings.clock, waitMs, limitMs, () => this.#wait.interrupt());
  }

  /** Undefined if it was not obtained in time. In every case no other node of this attempt remains. */
  run(): Promise<OwnedNode | undefined> {
    const { keepAlive } = this.#context;
    keepAlive.set(this, true);
    const unsubscribe = this.#subscribe();
    const work = this.#obtainAndCleanUp().finally(() => {
      unsubscribe();
      keepAlive.set(this, false);
    });
    return Promise.race([work, this.#limit.reached.then(() => this.#result())]);
  }

  #subscribe(): () => void {
    const { connection } = this.#context;
    const { signal } = this.#queue;
    const unsubscribe = connection.subscribe(({ phase }) => this.#onPhase(phase));
    const stopListening = signal && onAbort(signal, () => this.#endWith(signal.reason));
    return () => {
      this.#limit.cancel();
      unsubscribe();
      stopListening?.();
    };
  }

  async #obtainAndCleanUp(): Promise<OwnedNode | undefined> {
    try {
      await this.#obtain();
    } catch (error) {
      this.#endWith(error);
    }
    const cleaned = this.#cleanUp();
    // A holder need not wait until its contender is gone: the next one looks at the leases.
    if (this.#node === undefined) await cleaned;
    return this.#result();
  }

  /** The outcome of the call, as far as it is known. */
  #result(): OwnedNode | undefined {
    if (this.#node === undefined && this.#failure !== undefined) throw this.#failure.reason;
    return this.#node;
  }

  /** A stop ends the wait, even if a start follows at once. */
  #onPhase(phase: Phase): void {
    if (phase === 'stopped')
      this.#endWith(new StoppedError(`The registry was stopped while waiting for ${this.#queue.subject}`));
    else this.#wait.interrupt();
  }

  /** Leaves one request timeout to clean up our nodes. */
  #endWith(reason: unknown): void {
    this.#failure ??= { reason };
    this.#limit.endIn(this.#context.settings.requestTimeoutMs);
    this.#wait.interrupt();
  }

  async #obtain(): Promise<void> {
    for (;;) {
      this.#wait.reset();
      const result = await this.#attempt();
      if (typeof result !== 'string') {
        if (this.#isWanted) this.#node = result.node;
        else result.node.watch?.dispose();
      }
      this.#throwIfEnded();
      if (typeof result !== 'string' || result === 'give up' || this.#limit.state === 'over') return;
      if (result === 'retry later') await this.#wait.forTime(this.#context.settings.clock, retryPauseMs);
    }
  }

  #throwIfEnded(): void {
    if (this.#failure !== undefined) throw this.#failure.reason;
    // A start that other calls wait for was given up.
    const { connection } = this.#context;
    if (connection.phase === 'idle') throw connection.noConnection(this.#queue.subject);
  }

  async #attempt(): Promise<ClaimResult> {
    const { connection, settings } = this.#context;
    const backend = this.#context.backend();
    const { session } = connection;
    if (backend === undefined || session === undefined) {
      if (this.#limit.state !== 'left') return 'give up';
      await this.#wait.forTime(settings.clock, Number.POSITIVE_INFINITY);
      return 'retry';
    }
    try {
      return await this.#attemptIn(this.#entryIn(session), backend);
    } catch (error) {
      if (!(error instanceof NoConnectionError || error instanceof TimeoutError)) throw error;
      return 'retry later';
    }
  }

  #entryIn(session: Session): QueueEntry {
    if (this.#entry?.candidate.session.id !== session.id) {
      const mayCreate = (): boolean => this.#isWanted && this.#context.connection.session?.id === session.id;
      const candidate = { id: newLockId(), session, wait: this.#wait, mayCreate, waitState: () => this.#limit.state };
      this.#entry = { candidate, claim: this.#queue.claim(candidate), queued: 'no', contender: undefined };
    }
    return this.#entry;
  }

  get #isWanted(): boolean {
    return this.#failure === undefined && this.#limit.state !== 'over';
  }

  async #attemptIn(entry: QueueEntry, backend: RegistryBackend): Promise<ClaimResult> {
    const { path } = this.#queue;
    const { claim } = entry;
    const { id, mayCreate } = entry.candidate;
    const recovered = await claim.recover(backend);
    if (recovered !== undefined) return recovered;
    let names: readonly string[] | undefined;
    if (entry.queued === 'no') {
      await claim.ensureCompatible(backend);
      if (!mayCreate()) return 'retry';
      names = await this.#enqueue(entry, backend);
    }
    if (entry.queued === 'unknown') await awaitEarlierWrites(backend, contenderPath(path, id));
    const position = positionOf(names ?? (await claim.readQueue(backend)), id);
    // If it is nowhere, it was never created, or another client removed it.
    entry.queued = position.at === 'nowhere' ? 'no' : 'yes';
    if (position.at === 'nowhere') return 'retry later';
    checkSequenceNumber(this.#queue.subject, path, position.own);
    if (position.at === 'first') return claim.obtain(childOf(path, position.own), backend);
    await claim.checkBeforeWaiting(backend);
    return this.#waitForPredecessor(position.predecessor, position.ahead, claim, backend);
  }

  /** Creates the contender. Returns the names in the queue if they could be read at the same time and show it. */
  async #enqueue(entry: QueueEntry, backend: RegistryBackend): Promise<readonly string[] | undefined> {
    const { candidate, claim } = entry;
    entry.queued = 'unknown';
    entry.contender = undefined;
    const { path, name } = this.#queue;
    const created = backend.createSequential(contenderPath(path, candidate.id), encoder.encode(name));
    // Without an answer it is read again.
    const early = claim.readsQueueEarly ? claim.readQueue(backend).catch(() => undefined) : undefined;
    try {
      entry.contender = await created;
      entry.queued = 'yes';
    } catch (error) {
      if (error instanceof NotAuthorizedError) entry.queued = 'no';
      throw error;
    }
    const names = await early;
    return names !== undefined && positionOf(names, candidate.id).at !== 'nowhere' ? names : undefined;
  }

  async #waitForPredecessor(
    predecessor: string,
    ahead: number,
    claim: Claim,
    backend: RegistryBackend,
  ): Promise<ClaimResult> {
    const { state } = this.#limit;
    if (state === 'over' || (state === 'overdue' && !(await claim.hasRoomFor(ahead, backend)))) return 'give up';
    const path = childOf(this.#queue.path, predecessor);
    await this.#wait.forNode(backend, path, { children: 'none' }, ({ stat }) => stat === null);
    return 'retry';
  }

  /** Removes our contender, and every node that we do not keep; while disconnected it is done later. */
  async #cleanUp(): Promise<void> {
    const entry = this.#entry;
    const kept = this.#node;
    if (entry === undefined) return;
    const items = [...this.#contenderDeletes(entry, kept), ...(kept === undefined ? entry.claim.pendingDeletes() : [])];
    await Promise.all(items.map((item) => this.#context.pendingDeletes.remove(item)));
  }

  #contenderDeletes(
    { candidate, claim, queued, contender }: QueueEntry,
    kept: OwnedNode | undefined,
  ): readonly PendingDelete[] {
    const { path } = this.#queue;
    const { id, session } = candidate;
    // In an election the contender node is itself the result.
    if (claim.contenderRemoved || kept?.path.startsWith(contenderPath(path, id))) return [];
    if (contender !== undefined) return [{ sessionId: session.id, path: contender }];
    return queued === 'no' ? [] : [{ sessionId: session.id, parent: path, prefix: id }];
  }
}
