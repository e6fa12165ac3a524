import type { RegistryBackend, Session } from '../backend/registry-backend.js';
import { BackendError } from '../errors/background-errors.js';
import type { CoordinationContext, OwnedNode } from './coordination-context.js';
import type { InterruptibleWait } from './interruptible-wait.js';
import type { PendingDelete } from './pending-deletes.js';
import type { WaitState } from './wait-limit.js';

/**
 * What came of a look: it was obtained, it cannot be had in time, or everything has to be looked at again: at once after a wait, later where
 * what was seen contradicts what is known.
 */
export type ClaimResult = { readonly node: OwnedNode } | 'give up' | 'retry' | 'retry later';

/** Who stands in line, and for how long: known by `id`, in one session. Another session knows nothing of our nodes. */
export interface Candidate {
  readonly id: string;
  readonly session: Session;
  readonly wait: InterruptibleWait;
  /**
   * Whether that session is still the connection's, and the call has not ended. To be asked in the very moment in which a node of ours
   * is asked for: made in the next session, or for a call that has ended, it would have an id that nobody looks for any more, and block
   * everybody for as long as the session lives.
   */
  mayCreate(): boolean;
  waitState(): WaitState;
}

/** What is stood in line for, as one candidate goes about it. */
export interface Claim {
  /**
   * Rejects where others use the path in another way. Asked before a place in the line is taken; and after that, before each look at the
   * line: of two who come at the same time, each in its own way, the later one sees the node of the other.
   */
  assertCompatible(backend: RegistryBackend): Promise<void>;
  /** As `agree`, about the names in the line. @throws {LockKindError} */
  assertCompatibleQueue(names: Iterable<string>): void;
  /** Whether those before us leave something for us: then they are only passing through, and it will not be long. */
  hasRoomFor(ahead: number, backend: RegistryBackend): Promise<boolean>;
  /** We are first, by the contender at `place`: obtains it, or waits until that may be. */
  obtain(contenderPath: string, backend: RegistryBackend): Promise<ClaimResult>;
  /** What is to go, beside the place in the line, when it is not kept. */
  pendingDeletes(): readonly PendingDelete[];
}

/** The node at `path` is there: whose it is, and since which transaction. */
export async function confirmOwnership(
  path: string,
  session: Session,
  backend: RegistryBackend,
  { settings, connection, validity }: CoordinationContext,
): Promise<ClaimResult> {
  const sentAt = settings.clock.now();
  const { stat } = await backend.read(path, { children: 'none' });
  // Somebody removed it at once.
  if (stat === null) return 'retry later';
  if (stat.ephemeralOwner !== session.id) throw new BackendError(`${path} is not of this session`, { path });
  if (connection.session?.id !== session.id) return 'retry';
  validity.confirm(session, sentAt);
  return { node: { path, session, czxid: stat.czxid } };
}
