import type { RegistryOptions, ServiceRegistry } from '@ndsr/core';
import { ZooKeeperServiceRegistry } from '@ndsr/zookeeper';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { ZooKeeperNativeServiceRegistry } from '@ndsr/zookeeper-native';

export interface ZooKeeperKind {
  /** The backend's name in a URL. */
  readonly name: 'zookeeper' | 'zookeeper-js' | 'zookeeper-native';
  /** True when a node is replaced atomically, so that it is never missing for observers. */
  readonly atomicReplace: boolean;
  /** Connection attempts before the next pause when a server drops the connection during the handshake: the C library tries twice. */
  readonly dialsPerAttempt: number;
  registry(options: RegistryOptions & { readonly servers: string }): ServiceRegistry;
}

/** Every ZooKeeper backend. */
export const zooKeepers: readonly ZooKeeperKind[] = [
  {
    name: 'zookeeper',
    atomicReplace: true,
    dialsPerAttempt: 1,
    registry: (options) => new ZooKeeperServiceRegistry(options),
  },
  {
    name: 'zookeeper-js',
    atomicReplace: true,
    dialsPerAttempt: 1,
    registry: (options) => new ZooKeeperJsServiceRegistry(options),
  },
  {
    name: 'zookeeper-native',
    atomicReplace: false,
    dialsPerAttempt: 2,
    registry: (options) => new ZooKeeperNativeServiceRegistry(options),
  },
];
