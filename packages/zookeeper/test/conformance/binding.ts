import type { Binding } from '@ndsr/zookeeper-testing/fixtures';
import { createZooKeeperClient, ZooKeeperServiceRegistry } from '../../src/index.js';

/** This package, for the suites on real servers. */
export function binding(recursiveWatches: boolean): Binding {
  return {
    name: 'zookeeper',
    createClient: createZooKeeperClient,
    registry: (options) => new ZooKeeperServiceRegistry({ recursiveWatches, ...options }),
    atomicReplace: true,
    atomicCreateAndRemove: true,
    recursiveWatches,
    letsProcessEnd: true,
  };
}
