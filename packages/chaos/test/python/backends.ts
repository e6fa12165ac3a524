import type { RegistryOptions, ServiceRegistry } from '@ndsr/core';
import { ZooKeeperServiceRegistry } from '@ndsr/zookeeper';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { ZooKeeperNativeServiceRegistry } from '@ndsr/zookeeper-native';

interface Backend {
  readonly name: string;
  open(servers: string, options?: RegistryOptions): ServiceRegistry;
}

/** Both ZooKeeper backends. */
export const backends: readonly Backend[] = [
  { name: 'zookeeper', open: (servers, options) => new ZooKeeperServiceRegistry({ ...options, servers }) },
  { name: 'zookeeper-js', open: (servers, options) => new ZooKeeperJsServiceRegistry({ ...options, servers }) },
  { name: 'zookeeper-native', open: (servers, options) => new ZooKeeperNativeServiceRegistry({ ...options, servers }) },
];
