import { InvalidArgumentError, type RegistryOptions, type ServiceRegistry } from '@ndsr/core';
import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { MemoryWitness } from '../truth/memory-witness.js';
import type { Harm, Site } from './site.js';

/** A memory store and the registries at it. */
export class MemorySite implements Site {
  readonly store = new MemoryStore();
  readonly harm: Harm;
  readonly #registries = new Set<WeakRef<ServiceRegistry>>();

  constructor(prepare: (site: MemorySite) => Harm) {
    this.harm = prepare(this);
  }

  registry(options: RegistryOptions): ServiceRegistry {
    const registry = new MemoryServiceRegistry({ ...options, ...this.harm.options, store: this.store });
    this.#registries.add(new WeakRef(registry));
    return registry;
  }

  /** Ends every session that a registry has. */
  async expireAll(): Promise<void> {
    for (const reference of this.#registries) {
      const registry = reference.deref();
      // Those that have no session have none to lose.
      if (registry !== undefined) await this.store.expire(registry).catch(unlessNoSession);
    }
  }

  witness(): Promise<MemoryWitness> {
    return MemoryWitness.connect(this.store);
  }

  /** Its sessions: it has no sockets. */
  async connections(): Promise<number> {
    return this.store.sessions;
  }

  async close(): Promise<void> {
    await this.harm.close?.();
  }
}

function unlessNoSession(error: unknown): void {
  if (!(error instanceof InvalidArgumentError)) throw error;
}
