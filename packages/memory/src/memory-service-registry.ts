import { type RegistryOptions, ServiceRegistry } from '@ndsr/core';
import { type BackendContext, InvalidArgumentError, kindOf, type RegistryBackend } from '@ndsr/core/backend';
import { MemoryBackend } from './memory-backend.js';
import { MemoryStore } from './memory-store.js';
import { assertNoTls } from './no-tls.js';

export interface MemoryRegistryOptions extends RegistryOptions {
  /** The store to share with other registries. @default a new one */
  readonly store?: MemoryStore | undefined;
  /** Only `false` is accepted: anything else is refused with `ERR_NDSR_UNSUPPORTED`. */
  readonly tls?: false | undefined;
}

/**
 * A service registry on a `MemoryStore`: for unit tests, and for a process that needs no servers.
 * `store.expire(registry)` expires its session.
 */
export class MemoryServiceRegistry extends ServiceRegistry {
  /** The store that it is connected to. To simulate an outage, use `registry.store.goDown()`. */
  readonly store: MemoryStore;

  /**
   * @throws {InvalidArgumentError} an unknown option, or a `store` that is not a `MemoryStore`
   * @throws {UnsupportedError} TLS is requested
   */
  constructor(options: MemoryRegistryOptions = {}) {
    // There are no servers to protect, no watch misses a change, and tests should be instant.
    super({ restoreJitterMs: 0, restorePerSecond: Number.POSITIVE_INFINITY, safetyRereadMs: 0, ...options }, [
      'store',
      'tls',
    ]);
    assertNoTls(options.tls);
    this.store = options.store === undefined ? new MemoryStore() : checkStore(options.store);
  }

  protected override createBackend(_context: BackendContext): RegistryBackend {
    return new MemoryBackend(this.store, this);
  }
}

function checkStore(store: unknown): MemoryStore {
  if (store instanceof MemoryStore) return store;
  throw new InvalidArgumentError(
    `new MemoryServiceRegistry: option 'store' is ${kindOf(store)}; expected a MemoryStore`,
  );
}
