import type { RegistryBackend, Session } from '../backend/registry-backend.js';
import { BackendError } from '../errors/background-errors.js';
import type { NodeStat } from '../node/node-stat.js';
import type { CoordinationContext, OwnedNode } from './coordination-context.js';
import type { InterruptibleWait } from './interruptible-wait.js';
import type { OwnedNodeWatch } from './owned-node-watch.js';
import type { PendingDelete } from './pending-deletes.js';
import type { WaitState } from './wait-limit.js';

/**
 * The result of one attempt: the node that was obtained; `give up` if it cannot be obtained in time; `retry` at once after a
 * wait; `retry later` if a read contradicts what is known.
 */
export type ClaimResult = { readonly node: OwnedNode } | 'give up' | 'retry' | 'retry later';

/** A participant in the queue, identified by `id` within one session. Another session knows nothing of our nodes. */
export interface Candidate {
  readonly id: string;
  readonly session: Session;
  readonly wait: InterruptibleWait;
  /**
   * True if that session is still the connection's, and the call has not ended. Check it right before a node is requested: a
   * node created in the next session, or for a call that has ended, would have an id that is never looked up again, and would
   * block all contenders as long as the session lives.
   */
  mayCreate(): boolean;
  waitState(): WaitState;
}

/** How one candidate obtains a lock slot or leadership once it is first in the queue. */
export interface Claim {
  /** Called before the candidate queues. Rejects if others use the path in another way. A lock also stores its number of slots. */
  ensureCompatible(backend: RegistryBackend): Promise<void>;
  /**
   * The names in the queue, read after our contender was created. An election rejects if others use the path in another way: if a
   * lock and an election start at the same time, the later one sees the node of the other.
   */
  readQueue(backend: RegistryBackend): Promise<readonly string[]>;
  /** True if `readQueue` may be called in the turn in which the contender is requested: the result counts if it shows the contender. */
  readonly readsQueueEarly: boolean;
  /** Called before the candidate waits behind others. Rejects as `ensureCompatible` does. */
  checkBeforeWaiting(backend: RegistryBackend): Promise<void>;
  /**
   * The node, if an earlier request for it was carried out although its answer was lost; undefined if there is none. Called first
   * in each attempt: our contender may be gone, and others would wait for us while we queue again behind them.
   */
  recover(backend: RegistryBackend): Promise<ClaimResult | undefined>;
  /** True if the `ahead` contenders leave a slot for us: they take theirs without waiting, so the wait will be short. */
  hasRoomFor(ahead: number, backend: RegistryBackend): Promise<boolean>;
  /** Called when our contender at `contenderPath` is first: obtains the node, or waits until that is possible. */
  obtain(contenderPath: string, backend: RegistryBackend): Promise<ClaimResult>;
  /** True if our contender was removed when the node was created. */
  readonly contenderRemoved: boolean;
  /** The nodes to delete, besides the contender, when the attempt fails. */
  pendingDeletes(): readonly PendingDelete[];
}

/** Reads the node at `path`, checks that it belongs to `session`, and returns it with the transaction that created it. */
export async function confirmOwnership(
  path: string,
  session: Session,
  backend: RegistryBackend,
  context: CoordinationContext,
): Promise<ClaimResult> {
  const sentAt = context.settings.clock.now();
  const { stat } = await backend.read(path, { children: 'none' });
  return ownershipOf({ path, session, stat, sentAt }, context);
}

/** The node at `path`, as the answer to a request showed it. */
export interface AnsweredNode {
  readonly path: string;
  readonly session: Session;
  /** Null if there is none. */
  readonly stat: NodeStat | null;
  /** The time at which that request was sent. */
  readonly sentAt: number;
  /** The watch on it, if there is one already. */
  readonly watch?: OwnedNodeWatch;
}

/** Checks that the node belongs to its session, and returns it with the transaction that created it. */
export function ownershipOf(
  { path, session, stat, sentAt, watch }: AnsweredNode,
  { connection, validity }: CoordinationContext,
): ClaimResult {
  // Another client removed it at once.
  if (stat === null) return 'retry later';
  if (stat.ephemeralOwner !== session.id) throw new BackendError(`${path} belongs to another session`, { path });
  if (connection.session?.id !== session.id) return 'retry';
  validity.confirm(session, sentAt);
  return { node: { path, session, czxid: stat.czxid, watch } };
}
