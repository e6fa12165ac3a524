import type { RegistryBackend } from '@ndsr/core/backend';

/** Faults on demand. Each promise resolves once the fault is in effect, not once the backends have noticed it. */
export interface BackendFaults {
  /** No server can be reached, and open connections break. */
  goDown(): Promise<void>;
  /** The servers can be reached again; sessions that the servers still know may continue. */
  comeBack(): Promise<void>;
  /** The servers expire the session of `backend`, which must be connected. */
  expire(backend: RegistryBackend): Promise<void>;
  /** Only `backend` can no longer reach the servers. Needed if the suite is given `cutOff: true`. */
  cutOff?(backend: RegistryBackend): Promise<void>;
  /** Ends `cutOff`. */
  reconnect?(backend: RegistryBackend): Promise<void>;
}

/** An isolated, empty store. The suite opens one per case and closes it. */
export interface BackendFixture {
  /** Returns a new backend, not yet connected. All backends of a fixture use the same store; the suite closes them. */
  backend(): RegistryBackend;
  /** Needed if the suite is given `faults: true`. */
  readonly faults?: BackendFaults;
  /** Discards the store. The backends have been closed by then; a fault may still be in effect. */
  close(): Promise<void>;
}
