import type { RegistryOptions } from '@ndsr/core';
import type { BackendDescriptor } from '@ndsr/core/backend';
import { type ZooKeeperJsRegistryOptions, ZooKeeperJsServiceRegistry } from './zookeeper-js-service-registry.js';

/** Chooses this backend by configuration: `zookeeper-js://zk1:2181,[::1]:2182/chroot`. */
export const backend: BackendDescriptor = {
  name: 'zookeeper-js',
  urlOptions: {},
  fromLocation: (location) => ({ servers: location }),
  open: (options: RegistryOptions) => new ZooKeeperJsServiceRegistry(options as ZooKeeperJsRegistryOptions),
};
