export type { Pem, TlsOptions, TlsVersion } from '@ndsr/zookeeper-common';
export { backend } from './backend.js';
export type { DigestMd5Options, SaslHook, SaslOptions } from './sasl/sasl-options.js';
export type { ClientEnvironment } from './session/client-session.js';
export { createZooKeeperClient } from './zookeeper-client.js';
export { type ZooKeeperRegistryOptions, ZooKeeperServiceRegistry } from './zookeeper-service-registry.js';
