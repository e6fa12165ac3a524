import type { RegistryOptions, ServiceRegistry } from '@ndsr/core';
import type { RegistryBackend } from '@ndsr/core/backend';

/** Writes that the servers must refuse. */
export interface RefusedWrites {
  readonly paths: readonly string[];
  /** All of them are larger than this, and everything else is much smaller: a fixture may use either criterion. */
  readonly bytes: number;
}

/** Faults on demand. Each promise resolves once the fault is in effect, not once the registries have noticed it. */
export interface RegistryFaults {
  /** No server can be reached, and open connections break. */
  goDown(): Promise<void>;
  /** The servers can be reached again; sessions that the servers still know may continue. */
  comeBack(): Promise<void>;
  /** The servers expire the session of `registry`, which must be connected. */
  expire(registry: ServiceRegistry): Promise<void>;
  /**
   * The servers can be reached, and from now on close the connection instead of answering these writes, as ZooKeeper
   * does with a request that is larger than its `jute.maxbuffer`. Needed if the suite is given `refuseByClosing: true`.
   */
  refuseByClosing?(writes: RefusedWrites): Promise<void>;
}

/** An isolated, empty store. The suite opens one per case and closes it. */
export interface RegistryFixture {
  /**
   * Returns a registry that has not been started. All registries of a fixture use the same store; the suite stops them.
   */
  registry(options?: RegistryOptions): ServiceRegistry;
  /**
   * Returns a bare backend on the same store, not yet connected. It acts as another client that does not use this
   * library, writes other bytes and deletes nodes. The suite closes it.
   */
  stranger(): RegistryBackend;
  /** Needed if the suite is given `faults: true`. */
  readonly faults?: RegistryFaults;
  /** Discards the store. Registries and bare backends have been closed by then; a fault may still be in effect. */
  close(): Promise<void>;
}
