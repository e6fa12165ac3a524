import type { RegistryBackend } from '../backend/registry-backend.js';
import { LockKindError } from '../errors/lock-errors.js';
import { type Candidate, type Claim, keepLease, type Step } from '../lock/claim.js';
import type { LockContext } from '../lock/lock-context.js';
import { hasLease, queueOf } from '../lock/lock-layout.js';
import { hasContender } from '../lock/turn.js';

/** Whoever is first in the line of an election leads: there is nothing more to obtain. */
export class FirstPlace implements Claim {
  readonly #path: string;
  readonly #candidate: Candidate;
  readonly #context: LockContext;

  constructor(path: string, candidate: Candidate, context: LockContext) {
    this.#path = path;
    this.#candidate = candidate;
    this.#context = context;
  }

  /** A lock's contender goes only after its lease is there: so the line of the lock is read first, and then the leases. */
  async agree(backend: RegistryBackend): Promise<void> {
    const { children } = await backend.read(queueOf(this.#path), { children: 'names' });
    if (hasContender(children.keys())) throw new LockKindError(this.#path, 'election');
  }

  checkLine(names: Iterable<string>): void {
    if (hasLease(names)) throw new LockKindError(this.#path, 'election');
  }

  async isRoomFor(): Promise<boolean> {
    return false;
  }

  obtain(place: string, backend: RegistryBackend): Promise<Step> {
    return keepLease(place, this.#candidate.session, backend, this.#context);
  }

  leftovers(): readonly [] {
    return [];
  }
}
