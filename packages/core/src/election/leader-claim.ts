import type { RegistryBackend } from '../backend/registry-backend.js';
import { type Candidate, type Claim, type ClaimResult, confirmOwnership } from '../coordination/claim.js';
import type { CoordinationContext } from '../coordination/coordination-context.js';
import { hasLease, queuePathOf } from '../coordination/queue-layout.js';
import { hasContender } from '../coordination/queue-position.js';
import { LockKindError } from '../errors/lock-errors.js';

/** The first contender of an election leads: nothing else has to be obtained. */
export class LeaderClaim implements Claim {
  readonly #path: string;
  readonly #candidate: Candidate;
  readonly #context: CoordinationContext;

  constructor(path: string, candidate: Candidate, context: CoordinationContext) {
    this.#path = path;
    this.#candidate = candidate;
    this.#context = context;
  }

  /** The contender is the node that is obtained. */
  readonly contenderRemoved = false;
  /** Two reads, one after the other: see `readQueue`. */
  readonly readsQueueEarly = false;

  async ensureCompatible(backend: RegistryBackend): Promise<void> {
    const { children } = await backend.read(queuePathOf(this.#path), { children: 'names', data: false });
    if (hasContender(children.keys())) throw new LockKindError(this.#path, 'election');
  }

  /** A lock's contender is removed only after its lease exists, so read the lock's queue first, and then the leases. */
  async readQueue(backend: RegistryBackend): Promise<readonly string[]> {
    await this.ensureCompatible(backend);
    const { children } = await backend.read(this.#path, { children: 'names', data: false });
    if (hasLease(children.keys())) throw new LockKindError(this.#path, 'election');
    return [...children.keys()];
  }

  async checkBeforeWaiting(): Promise<void> {
    // Done by `readQueue`.
  }

  async recover(): Promise<undefined> {
    // A contender whose answer was lost is found in the queue.
  }

  async hasRoomFor(): Promise<boolean> {
    return false;
  }

  obtain(contenderPath: string, backend: RegistryBackend): Promise<ClaimResult> {
    return confirmOwnership(contenderPath, this.#candidate.session, backend, this.#context);
  }

  pendingDeletes(): readonly [] {
    return [];
  }
}
