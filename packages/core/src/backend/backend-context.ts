import type { Logger } from '../log/logger.js';
import type { AclEntry } from '../options/acl.js';
import type { Credentials } from '../options/credentials.js';
import type { Clock } from '../time/clock.js';

/** What a registry hands to the backend that it makes: its own clock and logger, and the timeouts in force. */
export interface BackendContext {
  readonly clock: Clock;
  readonly logger: Logger;
  /** A number from 0 up to 1, as `Math.random`: what pauses are jittered with. */
  readonly random: () => number;
  /** The session timeout to ask the servers for, ms. They may grant another. */
  readonly timeoutMs: number;
  /** How long an operation may wait for its answer, ms: for a backend that sees to it itself (`boundsOperations`). */
  readonly requestTimeoutMs: number;
  /** Who to be to the servers; undefined for nobody. */
  readonly credentials?: Credentials | undefined;
  /** What new nodes, and their direct parents, are to have for an ACL; undefined for what follows from the credentials. */
  readonly acl?: readonly AclEntry[] | undefined;
}
