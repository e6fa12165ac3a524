import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';

/** @import { Place } from './place.mjs' */

/**
 * Everything in this process: a `MemoryStore` stands for the ensemble that all registries talk to.
 *
 * @returns {Place}
 */
export function memoryPlace() {
  const store = new MemoryStore();
  /** @type {MemoryServiceRegistry[]} */
  const registries = [];

  function open() {
    const registry = new MemoryServiceRegistry({ store });
    registries.push(registry);
    return registry;
  }

  return {
    label: 'in memory',
    open,
    async openWithCable() {
      const registry = open();
      // The store ends a session on demand, and the registry may connect again at once.
      return { registry, unplug: () => store.expire(registry), plugIn: async () => undefined };
    },
    async close() {
      await Promise.all(registries.map((registry) => registry.stop()));
    },
  };
}
