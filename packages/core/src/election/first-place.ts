import type { RegistryBackend } from '../backend/registry-backend.js';
import { type Candidate, type Claim, keepLease, type Step } from '../lock/claim.js';
import type { LockContext } from '../lock/lock-context.js';

/** Whoever is first in the line of an election leads: there is nothing more to obtain. */
export class FirstPlace implements Claim {
  readonly #candidate: Candidate;
  readonly #context: LockContext;

  constructor(candidate: Candidate, context: LockContext) {
    this.#candidate = candidate;
    this.#context = context;
  }

  async agree(): Promise<void> {
    // There is nothing that could be said in two ways.
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
