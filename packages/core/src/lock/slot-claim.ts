import type { RawNode } from '../backend/raw-node.js';
import type { RegistryBackend } from '../backend/registry-backend.js';
import { type Candidate, type Claim, type ClaimResult, confirmOwnership, ownershipOf } from '../coordination/claim.js';
import type { CoordinationContext } from '../coordination/coordination-context.js';
import { OwnedNodeWatch } from '../coordination/owned-node-watch.js';
import { awaitEarlierWrites, type PendingDelete } from '../coordination/pending-deletes.js';
import { contenderPath, leasePath, parseLimit, queuePathOf } from '../coordination/queue-layout.js';
import { hasContender, nextWhenFirst } from '../coordination/queue-position.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import { LockKindError, LockLimitError } from '../errors/lock-errors.js';
import { NodeExistsError, NoNodeError } from '../errors/node-errors.js';
import type { NodeStat } from '../node/node-stat.js';
import type { LockSettings } from '../options/lock-options.js';
import type { KnownLimits } from './known-limits.js';

const encoder = new TextEncoder();
/** Reads of the lock's node in one check: its data may have changed, or another client may create it first. */
const maxReads = 3;

/**
 * Claims a slot of a lock by kazoo's recipe: the first contender creates a lease as soon as a slot is free. Only the first one
 * does, in every client, so a slot that was free when it looked stays free until its own lease exists.
 *
 * If the backend can, the lease is created and the contender removed in one step; otherwise the contender is removed after the
 * lease exists, never before: the next one would become the first, while our request may still be carried out.
 */
export class SlotClaim implements Claim {
  readonly readsQueueEarly = true;
  readonly #path: string;
  readonly #lock: LockSettings;
  readonly #candidate: Candidate;
  readonly #context: CoordinationContext;
  readonly #limits: KnownLimits;
  #checked = false;
  /** A lease was requested; its node may exist. */
  #leaseRequested = false;
  #contenderRemoved = false;

  constructor(
    path: string,
    lock: LockSettings,
    candidate: Candidate,
    context: CoordinationContext,
    limits: KnownLimits,
  ) {
    this.#path = path;
    this.#lock = lock;
    this.#candidate = candidate;
    this.#context = context;
    this.#limits = limits;
  }

  get contenderRemoved(): boolean {
    return this.#contenderRemoved;
  }

  async ensureCompatible(backend: RegistryBackend): Promise<void> {
    if (!this.#limits.isRecent(this.#path, this.#sessionId)) await this.checkBeforeWaiting(backend);
  }

  /** Stores the number of slots at the lock's path, or checks it against the stored one. */
  async checkBeforeWaiting(backend: RegistryBackend): Promise<void> {
    for (let reads = 0; reads < maxReads && !this.#checked; reads += 1) {
      const data = !this.#limits.has(this.#path, this.#sessionId);
      const node = await backend.read(this.#path, { children: 'names', data });
      if (this.#isVerified(node, data)) return;
      if (node.stat === null) await this.#setLimit(backend);
    }
  }

  async readQueue(backend: RegistryBackend): Promise<readonly string[]> {
    const { children } = await backend.read(queuePathOf(this.#path), { children: 'names', data: false });
    return [...children.keys()];
  }

  async hasRoomFor(ahead: number, backend: RegistryBackend): Promise<boolean> {
    const { children } = await backend.read(this.#path, { children: 'names', data: false });
    return children.size + ahead < this.#lock.simultaneous;
  }

  async recover(backend: RegistryBackend): Promise<ClaimResult | undefined> {
    if (!this.#leaseRequested) return undefined;
    await awaitEarlierWrites(backend, contenderPath(queuePathOf(this.#path), this.#candidate.id));
    const result = await confirmOwnership(this.#leasePath, this.#candidate.session, backend, this.#context);
    if (result !== 'retry later') return result;
    this.#leaseRequested = false;
    return undefined;
  }

  async obtain(contender: string, backend: RegistryBackend): Promise<ClaimResult> {
    const { session, wait, mayCreate, waitState } = this.#candidate;
    const data = !this.#limits.has(this.#path, session.id);
    const isDecided = ({ children }: RawNode): boolean =>
      this.#next(children) !== 'wait' || hasContender(children.keys());
    const node = await wait.forNode(backend, this.#path, { children: 'names', data }, isDecided);
    if (node === undefined) return waitState() === 'over' ? 'give up' : 'retry';
    if (!this.#isVerified(node, data)) {
      await this.checkBeforeWaiting(backend);
      return node.stat === null ? 'retry later' : 'retry';
    }
    const next = this.#next(node.children);
    if (next === 'give up') return 'give up';
    if (!mayCreate()) return 'retry';
    if (next === 'take') return await this.#takeSlot(contender, backend);
    return await confirmOwnership(this.#leasePath, session, backend, this.#context);
  }

  pendingDeletes(): readonly PendingDelete[] {
    return this.#leaseRequested ? [{ sessionId: this.#sessionId, path: this.#leasePath }] : [];
  }

  get #sessionId(): bigint {
    return this.#candidate.session.id;
  }

  get #leasePath(): string {
    return leasePath(this.#path, this.#candidate.id);
  }

  /** The next action, if we are the first contender. */
  #next(leases: ReadonlyMap<string, unknown>) {
    const seen = { held: leases.size, ours: leases.has(this.#candidate.id) };
    return nextWhenFirst(seen, this.#lock.simultaneous, this.#candidate.waitState() !== 'left');
  }

  /** The watch is started first, so that one request shows the stat of the new lease and watches it. */
  async #takeSlot(contender: string, backend: RegistryBackend): Promise<ClaimResult> {
    const { session } = this.#candidate;
    const path = this.#leasePath;
    const sentAt = this.#context.settings.clock.now();
    const watch = new OwnedNodeWatch(path, backend);
    let result: ClaimResult = 'retry later';
    try {
      const created = await this.#createLease(contender, backend);
      // By the time of the answer the watch has shown the result.
      const { latest } = watch;
      const stat = latest === undefined ? (created ?? (await statOf(path, backend))) : latest.stat;
      result = ownershipOf({ path, session, stat, sentAt, watch }, this.#context);
    } catch (error) {
      // Somebody removed the contender or the lock's node, or an earlier request created the lease: look again.
      if (!(error instanceof NoNodeError || error instanceof NodeExistsError)) throw error;
    } finally {
      if (typeof result === 'string') watch.dispose();
    }
    return result;
  }

  async #createLease(contender: string, backend: RegistryBackend): Promise<NodeStat | null> {
    this.#leaseRequested = true;
    const lease = { kind: 'ephemeral', data: encoder.encode(this.#lock.name) } as const;
    try {
      if (backend.createAndRemove === undefined)
        return await backend.create(this.#leasePath, { ...lease, replacing: null });
      const stat = await backend.createAndRemove(this.#leasePath, { ...lease, removing: contender });
      this.#contenderRemoved = true;
      return stat;
    } catch (error) {
      if (error instanceof NotAuthorizedError || error instanceof NoNodeError) this.#leaseRequested = false;
      throw error;
    }
  }

  /** Another client may be faster; then its limit is checked. */
  async #setLimit(backend: RegistryBackend): Promise<void> {
    const data = encoder.encode(String(this.#lock.simultaneous));
    try {
      const stat = await backend.create(this.#path, { kind: 'persistent', data, replacing: null, openParents: true });
      this.#checked = true;
      // Null, or undefined from an earlier backend, if it is not known.
      if (stat) this.#limits.see(this.#path, this.#sessionId, stat, BigInt(this.#lock.simultaneous));
    } catch (error) {
      if (!(error instanceof NodeExistsError)) throw error;
    }
  }

  /**
   * True if the lock's node has our number of slots, and is used for locks only; false if it does not exist, or if its data must
   * be read. Called again when our contender is in the queue, where election candidates look for it.
   *
   * @param hasData true if the node was read with its data
   */
  #isVerified({ stat, data, children }: RawNode, hasData: boolean): boolean {
    // Detects kazoo's candidates too.
    if (hasContender(children.keys())) throw new LockKindError(this.#path, 'lock');
    this.#checked = false;
    const known = stat && (hasData ? { limit: parseLimit(data) } : this.#limits.at(this.#path, this.#sessionId, stat));
    if (!stat || !known) {
      this.#limits.forget(this.#path);
      return false;
    }
    this.#limits.see(this.#path, this.#sessionId, stat, known.limit);
    const { simultaneous } = this.#lock;
    if (known.limit !== undefined && known.limit !== BigInt(simultaneous))
      throw new LockLimitError(this.#path, known.limit, simultaneous);
    this.#checked = true;
    return true;
  }
}

async function statOf(path: string, backend: RegistryBackend): Promise<NodeStat | null> {
  return (await backend.read(path, { children: 'none' })).stat;
}
