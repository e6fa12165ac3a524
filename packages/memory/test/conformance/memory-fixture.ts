import type { BackendFixture, RegistryFixture } from '@ndsr/conformance';
import { NoConnectionError, type RegistryBackend } from '@ndsr/core/backend';
import { MemoryBackend, MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { SeverableBackend } from './severable-backend.js';

/** Opens a separate store for one case. `make` creates the backends; the proof of the suite uses damaged ones. */
export async function openMemory(
  make: (store: MemoryStore) => RegistryBackend = (store) => new MemoryBackend(store),
): Promise<BackendFixture> {
  const store = new MemoryStore();
  return {
    backend: () => make(store),
    faults: {
      goDown: () => store.goDown(),
      comeBack: () => store.comeBack(),
      expire: (backend) => store.expire(backend),
    },
    close: async () => {
      // Nothing to close: a store exists in memory only.
    },
  };
}

/** The same with backends that can be cut off one by one. */
export async function openSeverable(): Promise<BackendFixture> {
  const store = new MemoryStore();
  return {
    backend: () => new SeverableBackend(store),
    faults: {
      goDown: () => store.goDown(),
      comeBack: () => store.comeBack(),
      expire: (backend) => store.expire(backend),
      cutOff: (backend) => severable(backend).sever(),
      reconnect: (backend) => severable(backend).mend(),
    },
    close: async () => {
      // Nothing to close: a store exists in memory only.
    },
  };
}

/** The same for the public class. */
export async function openMemoryRegistries(Registry = MemoryServiceRegistry): Promise<RegistryFixture> {
  const store = new MemoryStore();
  return {
    registry: (options) => new Registry({ ...options, store }),
    stranger: () => new MemoryBackend(store),
    faults: {
      goDown: () => store.goDown(),
      comeBack: () => store.comeBack(),
      expire: (registry) => store.expire(registry),
      refuseByClosing: async ({ paths }) => {
        for (const path of paths) {
          const error = new NoConnectionError('The store closed the connection', { path });
          for (const operation of ['create', 'write'] as const) store.refuse({ operation, path, error, closes: true });
        }
        await store.comeBack();
      },
    },
    close: async () => {
      // Nothing to close: a store exists in memory only.
    },
  };
}

function severable(backend: RegistryBackend): SeverableBackend {
  if (backend instanceof SeverableBackend) return backend;
  throw new TypeError('only a SeverableBackend can be cut off');
}
