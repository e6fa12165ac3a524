export type { Pem, TlsOptions, TlsVersion } from '@ndsr/zookeeper-common';
export { backend } from './backend.js';
export { createZooKeeperJsClient, ZooKeeperJsClient } from './zookeeper-js-client.js';
export { type ZooKeeperJsRegistryOptions, ZooKeeperJsServiceRegistry } from './zookeeper-js-service-registry.js';
