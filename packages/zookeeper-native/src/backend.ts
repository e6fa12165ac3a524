import type { RegistryOptions } from '@ndsr/core';
import type { BackendDescriptor } from '@ndsr/core/backend';
import { nativeHasNoTls } from './no-tls.js';
import {
  type ZooKeeperNativeRegistryOptions,
  ZooKeeperNativeServiceRegistry,
} from './zookeeper-native-service-registry.js';

/** Chooses this backend by configuration: `zookeeper-native://zk1:2181,[::1]:2182/chroot`. */
export const backend: BackendDescriptor = {
  name: 'zookeeper-native',
  urlOptions: {},
  tls: { unsupported: nativeHasNoTls },
  fromLocation: (location) => ({ servers: location }),
  open: (options: RegistryOptions) => new ZooKeeperNativeServiceRegistry(options as ZooKeeperNativeRegistryOptions),
};
