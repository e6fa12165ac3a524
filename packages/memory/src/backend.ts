import type { RegistryOptions } from '@ndsr/core';
import type { BackendDescriptor } from '@ndsr/core/backend';
import { InvalidArgumentError } from '@ndsr/core/backend';
import { type MemoryRegistryOptions, MemoryServiceRegistry } from './memory-service-registry.js';
import { MemoryStore } from './memory-store.js';
import { noTlsReason } from './no-tls.js';

/**
 * Makes this backend available by configuration: `memory:` is a new store, `memory:name` the store shared under that
 * name.
 */
export const backend: BackendDescriptor = {
  name: 'memory',
  urlOptions: {},
  tls: { unsupported: noTlsReason },
  fromLocation(location) {
    if (/^[\w.-]*$/.test(location)) return location === '' ? {} : { store: MemoryStore.named(location) };
    throw new InvalidArgumentError(
      `memory URL: the store's name has other characters than letters, digits, '.', '_' and '-'`,
    );
  },
  open: (options: RegistryOptions) => new MemoryServiceRegistry(options as MemoryRegistryOptions),
};
