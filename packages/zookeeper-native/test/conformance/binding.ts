import type { Binding } from '@ndsr/zookeeper-testing/fixtures';
import { createZooKeeperNativeClient, ZooKeeperNativeServiceRegistry } from '../../src/index.js';

/** This package, for the suites on real servers. */
export const binding: Binding = {
  name: 'zookeeper-native',
  createClient: createZooKeeperNativeClient,
  registry: (options) => new ZooKeeperNativeServiceRegistry(options),
  atomicReplace: false,
  letsProcessEnd: false,
};
