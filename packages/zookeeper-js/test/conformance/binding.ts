import type { Binding } from '@ndsr/zookeeper-testing/fixtures';
import { createZooKeeperJsClient, ZooKeeperJsServiceRegistry } from '../../src/index.js';

/** This package, for the suites on real servers. */
export function binding(recursiveWatches: boolean): Binding {
  return {
    name: 'zookeeper-js',
    createClient: createZooKeeperJsClient,
    registry: (options) => new ZooKeeperJsServiceRegistry({ recursiveWatches, ...options }),
    atomicReplace: true,
    atomicCreateAndRemove: true,
    recursiveWatches,
    letsProcessEnd: true,
  };
}
