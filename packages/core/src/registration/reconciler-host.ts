import type { RegistryBackend } from '../backend/registry-backend.js';
import type { Connection } from '../connection/connection.js';
import type { KeepAlive } from '../connection/keep-alive.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { EventHub } from '../events/event-hub.js';
import type { Logger } from '../log/logger.js';
import type { Clock } from '../time/clock.js';
import type { OwnSessions } from './observed-node.js';
import type { Quarantine, Quarantined } from './quarantine.js';
import type { RestorePace } from './restore-pace.js';

/** The parts of a registry that its registrations use. */
export interface RegistryServices {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly events: EventHub;
  readonly connection: Connection;
  /** An accepted registration keeps the process alive. */
  readonly keepAlive: KeepAlive;
  fault(error: ServiceRegistryError): void;
}

/** A reconciler, as the registry starts it. */
export interface Startable extends Quarantined {
  begin(): void;
}

/** The parts that all reconcilers of one registry share. */
export interface ReconcilerHost {
  /** Undefined while there is no connection. */
  readonly backend: RegistryBackend | undefined;
  readonly sessions: OwnSessions;
  readonly services: RegistryServices;
  readonly pace: RestorePace;
  readonly quarantine: Quarantine<Startable>;
  /** The reconciler at `path` starts to watch its node, perhaps again. */
  onWatching(path: string): void;
  /** `reconciler` has nothing left to do at `path`. */
  onDone(path: string, reconciler: Startable): void;
}
