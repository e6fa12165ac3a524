import type { RawNode } from '../backend/raw-node.js';
import type { RegistryBackend } from '../backend/registry-backend.js';
import { type Candidate, type Claim, keepLease, type Step } from '../coordination/claim.js';
import type { CoordinationContext } from '../coordination/coordination-context.js';
import type { PendingDelete } from '../coordination/pending-deletes.js';
import { leaseOf, parseLimit } from '../coordination/queue-layout.js';
import { hasContender, nextWhenFirst } from '../coordination/queue-position.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import { LockKindError, LockLimitError } from '../errors/lock-errors.js';
import { NodeExistsError } from '../errors/node-errors.js';
import type { LockSettings } from '../options/lock-options.js';

const encoder = new TextEncoder();

/** One of the slots of a lock, by kazoo's recipe: whoever is first in the line takes a lease as soon as one is free. */
export class SlotClaim implements Claim {
  readonly #path: string;
  readonly #lock: LockSettings;
  readonly #candidate: Candidate;
  readonly #context: CoordinationContext;
  #limitChecked = false;
  /** A lease was asked for. */
  #grabbed = false;

  constructor(path: string, lock: LockSettings, candidate: Candidate, context: CoordinationContext) {
    this.#path = path;
    this.#lock = lock;
    this.#candidate = candidate;
    this.#context = context;
  }

  /** Says how many may hold the lock at once, or hears it from who was there before. */
  async agree(backend: RegistryBackend): Promise<void> {
    if (this.#limitChecked) return;
    const { stat, data, children } = await backend.read(this.#path, { children: 'names' });
    this.#refuseElection(children.keys());
    if (stat !== null) this.#checkLimit(data);
    else await this.#setLimit(backend);
    this.#limitChecked = true;
  }

  checkLine(): void {
    // Candidates of an election are at the lock's path, not in its line.
  }

  async isRoomFor(ahead: number, backend: RegistryBackend): Promise<boolean> {
    const { children } = await backend.read(this.#path, { children: 'names' });
    return children.size + ahead < this.#lock.simultaneous;
  }

  async obtain(_place: string, backend: RegistryBackend): Promise<Step> {
    const { id, session, wait, mayCreate, time } = this.#candidate;
    const decide = (children: ReadonlyMap<string, unknown>) => {
      const leases = { held: children.size, ours: children.has(id) };
      return nextWhenFirst(leases, this.#lock.simultaneous, time() !== 'left');
    };
    const isDecided = ({ children }: RawNode): boolean => decide(children) !== 'wait' || hasContender(children.keys());
    const node = await wait.forNode(backend, this.#path, 'names', isDecided);
    if (node === undefined) return time() === 'over' ? 'give up' : 'look again';
    this.#refuseElection(node.children.keys());
    this.#limitChecked = node.stat !== null;
    if (!this.#limitChecked) return 'look again later';
    this.#checkLimit(node.data);
    const grab = decide(node.children);
    if (grab === 'give up') return 'give up';
    if (!mayCreate()) return 'look again';
    if (grab === 'take') await this.#take(backend);
    return keepLease(this.#lease, session, backend, this.#context);
  }

  leftovers(): readonly PendingDelete[] {
    return this.#grabbed ? [{ sessionId: this.#candidate.session.id, path: this.#lease }] : [];
  }

  /** Somebody else may be quicker. */
  async #setLimit(backend: RegistryBackend): Promise<void> {
    const data = encoder.encode(String(this.#lock.simultaneous));
    try {
      await backend.create(this.#path, { kind: 'persistent', data, replacing: null, openParents: true });
    } catch (error) {
      if (!(error instanceof NodeExistsError)) throw error;
      this.#checkLimit((await backend.read(this.#path, { children: 'none' })).data);
    }
  }

  get #lease(): string {
    return leaseOf(this.#path, this.#candidate.id);
  }

  /** Asked after our contender is in the line, where a candidate looks for it. Kazoo's candidates are seen too. */
  #refuseElection(names: Iterable<string>): void {
    if (hasContender(names)) throw new LockKindError(this.#path, 'lock');
  }

  #checkLimit(data: Uint8Array | null): void {
    const { simultaneous } = this.#lock;
    const limit = parseLimit(data);
    if (limit !== undefined && limit !== BigInt(simultaneous))
      throw new LockLimitError(this.#path, limit, simultaneous);
  }

  async #take(backend: RegistryBackend): Promise<void> {
    this.#grabbed = true;
    const data = encoder.encode(this.#lock.name);
    try {
      await backend.create(this.#lease, { kind: 'ephemeral', data, replacing: null });
    } catch (error) {
      if (error instanceof NotAuthorizedError) this.#grabbed = false;
      throw error;
    }
  }
}
