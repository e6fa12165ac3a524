import { InvalidArgumentError, type RegistryOptions, type ServiceRegistry } from '@ndsr/core';
import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { MemoryReferenceClient } from '../oracle/memory-reference-client.js';
import type { Environment, FaultInjector } from './environment.js';

/** A memory store and the registries connected to it. */
export class MemoryEnvironment implements Environment {
  readonly store = new MemoryStore();
  readonly injector: FaultInjector;
  readonly #registries = new Set<WeakRef<ServiceRegistry>>();

  constructor(prepare: (environment: MemoryEnvironment) => FaultInjector) {
    this.injector = prepare(this);
  }

  registry(options: RegistryOptions): ServiceRegistry {
    const registry = new MemoryServiceRegistry({ ...options, ...this.injector.options, store: this.store });
    this.#registries.add(new WeakRef(registry));
    return registry;
  }

  /** Expires the session of every registry. */
  async expireAll(): Promise<void> {
    for (const reference of this.#registries) {
      const registry = reference.deref();
      // A registry without a session has none to lose.
      if (registry !== undefined) await this.store.expire(registry).catch(unlessNoSession);
    }
  }

  referenceClient(): Promise<MemoryReferenceClient> {
    return MemoryReferenceClient.connect(this.store);
  }

  /** The number of sessions, since a memory store has no sockets. */
  async connections(): Promise<number> {
    return this.store.sessions;
  }

  async close(): Promise<void> {
    await this.injector.close?.();
  }
}

function unlessNoSession(error: unknown): void {
  if (!(error instanceof InvalidArgumentError)) throw error;
}
