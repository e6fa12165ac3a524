import type { RawNode } from '../backend/raw-node.js';
import type { RegistryBackend } from '../backend/registry-backend.js';
import { type Candidate, type Claim, type ClaimResult, confirmOwnership } from '../coordination/claim.js';
import type { CoordinationContext } from '../coordination/coordination-context.js';
import type { PendingDelete } from '../coordination/pending-deletes.js';
import { leasePath, parseLimit } from '../coordination/queue-layout.js';
import { hasContender, nextWhenFirst } from '../coordination/queue-position.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import { LockKindError, LockLimitError } from '../errors/lock-errors.js';
import { NodeExistsError } from '../errors/node-errors.js';
import type { LockSettings } from '../options/lock-options.js';

const encoder = new TextEncoder();

/** Claims a slot of a lock by kazoo's recipe: the first contender creates a lease as soon as a slot is free. */
export class SlotClaim implements Claim {
  readonly #path: string;
  readonly #lock: LockSettings;
  readonly #candidate: Candidate;
  readonly #context: CoordinationContext;
  #limitChecked = false;
  /** A lease was requested; its node may exist. */
  #leaseRequested = false;

  constructor(path: string, lock: LockSettings, candidate: Candidate, context: CoordinationContext) {
    this.#path = path;
    this.#lock = lock;
    this.#candidate = candidate;
    this.#context = context;
  }

  /** Stores the number of slots at the lock's path, or checks it against the stored one. */
  async ensureCompatible(backend: RegistryBackend): Promise<void> {
    if (this.#limitChecked) return;
    const { stat, data, children } = await backend.read(this.#path, { children: 'names' });
    this.#assertNoElection(children.keys());
    if (stat !== null) this.#checkLimit(data);
    else await this.#setLimit(backend);
    this.#limitChecked = true;
  }

  assertQueueCompatible(): void {
    // Candidates of an election are children of the lock's path, not of its queue.
  }

  async hasRoomFor(ahead: number, backend: RegistryBackend): Promise<boolean> {
    const { children } = await backend.read(this.#path, { children: 'names' });
    return children.size + ahead < this.#lock.simultaneous;
  }

  async obtain(_contenderPath: string, backend: RegistryBackend): Promise<ClaimResult> {
    const { id, session, wait, mayCreate, waitState } = this.#candidate;
    const nextAction = (children: ReadonlyMap<string, unknown>) => {
      const leases = { held: children.size, ours: children.has(id) };
      return nextWhenFirst(leases, this.#lock.simultaneous, waitState() !== 'left');
    };
    const isDecided = ({ children }: RawNode): boolean =>
      nextAction(children) !== 'wait' || hasContender(children.keys());
    const node = await wait.forNode(backend, this.#path, 'names', isDecided);
    if (node === undefined) return waitState() === 'over' ? 'give up' : 'retry';
    this.#assertNoElection(node.children.keys());
    this.#limitChecked = node.stat !== null;
    if (!this.#limitChecked) return 'retry later';
    this.#checkLimit(node.data);
    const action = nextAction(node.children);
    if (action === 'give up') return 'give up';
    if (!mayCreate()) return 'retry';
    if (action === 'take') await this.#createLease(backend);
    return confirmOwnership(this.#leasePath, session, backend, this.#context);
  }

  pendingDeletes(): readonly PendingDelete[] {
    return this.#leaseRequested ? [{ sessionId: this.#candidate.session.id, path: this.#leasePath }] : [];
  }

  /** Another client may be faster; then its limit is checked. */
  async #setLimit(backend: RegistryBackend): Promise<void> {
    const data = encoder.encode(String(this.#lock.simultaneous));
    try {
      await backend.create(this.#path, { kind: 'persistent', data, replacing: null, openParents: true });
    } catch (error) {
      if (!(error instanceof NodeExistsError)) throw error;
      this.#checkLimit((await backend.read(this.#path, { children: 'none' })).data);
    }
  }

  get #leasePath(): string {
    return leasePath(this.#path, this.#candidate.id);
  }

  /** Called after our contender is in the queue, where election candidates look for it. Detects kazoo's candidates too. */
  #assertNoElection(names: Iterable<string>): void {
    if (hasContender(names)) throw new LockKindError(this.#path, 'lock');
  }

  #checkLimit(data: Uint8Array | null): void {
    const { simultaneous } = this.#lock;
    const limit = parseLimit(data);
    if (limit !== undefined && limit !== BigInt(simultaneous))
      throw new LockLimitError(this.#path, limit, simultaneous);
  }

  async #createLease(backend: RegistryBackend): Promise<void> {
    this.#leaseRequested = true;
    const data = encoder.encode(this.#lock.name);
    try {
      await backend.create(this.#leasePath, { kind: 'ephemeral', data, replacing: null });
    } catch (error) {
      if (error instanceof NotAuthorizedError) this.#leaseRequested = false;
      throw error;
    }
  }
}
