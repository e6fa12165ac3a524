import { type RegistryOptions, ServiceRegistry } from '@ndsr/core';
import { type BackendContext, InvalidArgumentError, kindOf, type RegistryBackend } from '@ndsr/core/backend';
import { MemoryBackend } from './memory-backend.js';
import { MemoryStore } from './memory-store.js';
import { assertNoTls } from './no-tls.js';

export interface MemoryRegistryOptions extends RegistryOptions {
  /** The store that it shares with other registries. @default one of its own */
  readonly store?: MemoryStore | undefined;
  /** There is none: anything else is refused with `ERR_NDSR_UNSUPPORTED`. */
  readonly tls?: false | undefined;
}

/**
 * A service registry over a `MemoryStore`: for unit tests, and for a process that needs no servers.
 * `store.expire(registry)` ends its session.
 */
export class MemoryServiceRegistry extends ServiceRegistry {
  /** What it is connected to. Breaks on demand: `registry.store.goDown()`. */
  readonly store: MemoryStore;

  /**
   * @throws {InvalidArgumentError} an unknown option, or a `store` that is no `MemoryStore`
   * @throws {UnsupportedError} TLS is asked for
   */
  constructor(options: MemoryRegistryOptions = {}) {
    // Nobody is to be spared here, no watch is ever quiet, and tests are to be instant.
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
