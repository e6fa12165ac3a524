import type { RegistryBackend, Session } from '../backend/registry-backend.js';
import type { Connection } from '../connection/connection.js';
import type { KeepAlive } from '../connection/keep-alive.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { RegistrySettings } from '../options/registry-options.js';
import type { OwnedNodeWatch } from './owned-node-watch.js';
import type { PendingDeletes } from './pending-deletes.js';
import type { SessionValidity } from './session-validity.js';

/** A held lock, or leadership. */
export interface ActiveOwnership {
  readonly sessionId: bigint;
  lose(why: string): void;
}

/** Shared by all locks and elections of one registry. */
export interface CoordinationContext {
  readonly settings: RegistrySettings;
  readonly connection: Connection;
  readonly keepAlive: KeepAlive;
  readonly validity: SessionValidity;
  readonly pendingDeletes: PendingDeletes;
  /** The held locks and leaderships; each is lost when the session ends. */
  readonly ownerships: Set<ActiveOwnership>;
  /** Undefined while no backend is open. */
  backend(): RegistryBackend | undefined;
  /** Called first by every method: if this process was suspended or forked since it obtained its locks, they are lost. */
  checkProcess(): void;
  /** Starts the registry if needed; rejects when that fails. */
  ready(): Promise<void>;
  fault(error: ServiceRegistryError): void;
}

/** The ephemeral node that proves ownership: a lock's lease, or the first contender of an election. */
export interface OwnedNode {
  readonly path: string;
  readonly session: Session;
  /** The transaction that created it. */
  readonly czxid: bigint;
  /** The watch on it, if it was started with the request that created it. */
  readonly watch?: OwnedNodeWatch | undefined;
}
