import type { RegistryBackend, Session } from '../backend/registry-backend.js';
import type { Connection } from '../connection/connection.js';
import type { KeepAlive } from '../connection/keep-alive.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { RegistrySettings } from '../options/registry-options.js';
import type { PendingDeletes } from './pending-deletes.js';
import type { SessionValidity } from './session-validity.js';

/** A lock that is held. */
export interface ActiveOwnership {
  readonly sessionId: bigint;
  lose(why: string): void;
}

/** What every lock and every election of a registry shares. */
export interface CoordinationContext {
  readonly settings: RegistrySettings;
  readonly connection: Connection;
  readonly keepAlive: KeepAlive;
  readonly validity: SessionValidity;
  readonly pendingDeletes: PendingDeletes;
  /** What is held; whoever is in here hears when the session is over. */
  readonly ownerships: Set<ActiveOwnership>;
  /** Undefined while none is open. */
  backend(): RegistryBackend | undefined;
  /** At each call: is this still the process that obtained the locks? If it is not, they are lost. */
  checkProcess(): void;
  /** Starts what has not been started; rejects when that fails. */
  ready(): Promise<void>;
  fault(error: ServiceRegistryError): void;
}

/** An ephemeral node of ours that says that we have it: a lock's lease, or the first place in an election. */
export interface OwnedNode {
  readonly path: string;
  readonly session: Session;
  /** The transaction that made it. */
  readonly czxid: bigint;
}
