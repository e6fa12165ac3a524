import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { line } from './narrator.mjs';
import { quietLogger } from './quiet-logger.mjs';

/** @import { Place } from './place.mjs' */

/**
 * Everything in this process: a `MemoryStore` takes the role of the ensemble that all registries connect to.
 *
 * @returns {Place}
 */
export function memoryPlace() {
  const store = new MemoryStore();
  /** @type {MemoryServiceRegistry[]} */
  const registries = [];

  function open() {
    const registry = new MemoryServiceRegistry({ store, logger: quietLogger });
    registries.push(registry);
    return registry;
  }

  /** @param {MemoryServiceRegistry} registry */
  async function expire(registry) {
    line('store', 'ends the session of server3');
    await store.expire(registry);
  }

  async function plugIn() {
    // The store is always reachable: the registry is connected again already.
  }

  return {
    label: 'in memory',
    open,
    async openWithCable() {
      const registry = open();
      return { registry, unplug: () => expire(registry), plugIn };
    },
    async close() {
      await Promise.all(registries.map((registry) => registry.stop()));
    },
  };
}
