import type { Logger } from '../log/logger.js';
import type { AclEntry } from '../options/acl.js';
import type { Credentials } from '../options/credentials.js';
import type { Clock } from '../time/clock.js';

/** Passed by a registry to the backend that it creates: the registry's clock and logger, and the timeouts in effect. */
export interface BackendContext {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Returns a number from 0 up to 1, like `Math.random`. Used to jitter pauses. */
  readonly random: () => number;
  /** The session timeout to request from the servers, ms. They may grant another. */
  readonly timeoutMs: number;
  /** How long an operation may wait for its answer, ms: for a backend that enforces it itself (`boundsOperations`). */
  readonly requestTimeoutMs: number;
  /** The credentials to authenticate with; undefined for none. */
  readonly credentials?: Credentials | undefined;
  /**
   * The ACL of new nodes and of parents that are created directly above them; undefined for the default that follows
   * from the credentials.
   */
  readonly acl?: readonly AclEntry[] | undefined;
}
