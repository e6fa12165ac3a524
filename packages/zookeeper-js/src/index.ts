export { backend } from './backend.js';
export type { Pem, TlsOptions, TlsVersion } from './tls/tls-options.js';
export { createZooKeeperJsClient, ZooKeeperJsClient } from './zookeeper-js-client.js';
export { type ZooKeeperJsRegistryOptions, ZooKeeperJsServiceRegistry } from './zookeeper-js-service-registry.js';
