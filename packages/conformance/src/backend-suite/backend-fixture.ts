import type { RegistryBackend } from '@ndsr/core/backend';

/** Faults on demand. Each resolves when the fault is in force, not when the backends have noticed it. */
export interface BackendFaults {
  /** No server can be reached, and open connections break. */
  goDown(): Promise<void>;
  /** The servers can be reached again; sessions that the servers still know may go on. */
  comeBack(): Promise<void>;
  /** The servers end the session of `backend`, which must be connected. */
  expire(backend: RegistryBackend): Promise<void>;
  /** Only `backend` cannot reach the servers any more. Needed when the suite is given `cutOff: true`. */
  cutOff?(backend: RegistryBackend): Promise<void>;
  /** Ends `cutOff`. */
  reconnect?(backend: RegistryBackend): Promise<void>;
}

/** One isolated, empty store and ways to reach it. The suite opens one per case and closes it. */
export interface BackendFixture {
  /** A fresh backend, not yet connected. All of one fixture are on the same store; the suite closes them. */
  backend(): RegistryBackend;
  /** Needed when the suite is given `faults: true`. */
  readonly faults?: BackendFaults;
  /** Gives the store up. The backends have been closed by then; a fault may still be in force. */
  close(): Promise<void>;
}
