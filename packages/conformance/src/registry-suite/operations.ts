import type { ServiceRegistry } from '@ndsr/core';

/** The path that the `phase` tables work on. It has data of another client. */
export const workPath = '/phase/node';

/** Each call that changes something. */
export const writeOperations: Readonly<Record<string, (registry: ServiceRegistry) => Promise<unknown>>> = {
  setNode: async (registry) => await registry.setNode('/phase/new', { by: 'setNode' }),
  setData: async (registry) => await registry.setData(workPath, { by: 'setData' }),
  set: async (registry) => await registry.set('/phase/new', { data: { by: 'set' }, kind: 'persistent' }),
  'set with state false': async (registry) => await registry.set(workPath, { state: false }),
  unset: async (registry) => await registry.unset(workPath),
  'unset with force': async (registry) => await registry.unset(workPath, { force: true }),
};

/** Each call that reads, as a promise that resolves once it has a result. */
export const readOperations: Readonly<Record<string, (registry: ServiceRegistry) => Promise<unknown>>> = {
  get: async (registry) => await registry.get(workPath),
  'get with a wait': async (registry) => await registry.get(workPath, { waitMs: 50, onTimeout: 'resolve' }),
  addCallback: async (registry) => await new Promise((resolve) => registry.addCallback(workPath, resolve)),
  watch: async (registry) => {
    for await (const snapshot of registry.watch(workPath)) return snapshot;
    throw new Error('the loop ended without a snapshot');
  },
};
