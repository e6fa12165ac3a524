import type { RegistryOptions, ServiceRegistry } from '@ndsr/core';
import type { RegistryBackend } from '@ndsr/core/backend';

/** What the servers refuse. */
export interface RefusedWrites {
  readonly paths: readonly string[];
  /** They are all larger than that, and everything else is much smaller: a fixture may go by either. */
  readonly bytes: number;
}

/** Faults on demand. Each resolves when the fault is in force, not when the registries have noticed it. */
export interface RegistryFaults {
  /** No server can be reached, and open connections break. */
  goDown(): Promise<void>;
  /** The servers can be reached again; sessions that the servers still know may go on. */
  comeBack(): Promise<void>;
  /** The servers end the session of `registry`, which must be connected. */
  expire(registry: ServiceRegistry): Promise<void>;
  /**
   * The servers can be reached, and from now on close the connection instead of answering those writes, as ZooKeeper does
   * with a request that is larger than its `jute.maxbuffer`. Needed when the suite is given `refuseByClosing: true`.
   */
  refuseByClosing?(writes: RefusedWrites): Promise<void>;
}

/** One isolated, empty store and ways to reach it. The suite opens one per case and closes it. */
export interface RegistryFixture {
  /** A registry that has not been started. All of one fixture are on the same store; the suite stops them. */
  registry(options?: RegistryOptions): ServiceRegistry;
  /**
   * A bare backend on the same store, not yet connected: it plays the stranger that knows nothing of this library, writes
   * other bytes and deletes what it likes. The suite closes it.
   */
  stranger(): RegistryBackend;
  /** Needed when the suite is given `faults: true`. */
  readonly faults?: RegistryFaults;
  /** Gives the store up. Registries and strangers are closed by then; a fault may still be in force. */
  close(): Promise<void>;
}
