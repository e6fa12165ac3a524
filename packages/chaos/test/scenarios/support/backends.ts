import type { RegistryOptions, ServiceRegistry } from '@ndsr/core';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { ZooKeeperNativeServiceRegistry } from '@ndsr/zookeeper-native';

export interface ZooKeeperKind {
  /** The backend's name, as a URL has it. */
  readonly name: 'zookeeper-js' | 'zookeeper-native';
  /** Whether a node is replaced in one step, so that nobody ever sees it missing. */
  readonly atomicReplace: boolean;
  /** How often a server that drops the connection in the handshake is dialled before the next pause: the C library tries twice. */
  readonly dialsPerAttempt: number;
  registry(options: RegistryOptions & { readonly servers: string }): ServiceRegistry;
}

/** Both ways to a ZooKeeper. */
export const zooKeepers: readonly ZooKeeperKind[] = [
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
