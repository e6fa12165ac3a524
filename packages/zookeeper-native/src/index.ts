export { backend } from './backend.js';
export { createZooKeeperNativeClient, ZooKeeperNativeClient } from './zookeeper-native-client.js';
export {
  type ZooKeeperNativeRegistryOptions,
  ZooKeeperNativeServiceRegistry,
} from './zookeeper-native-service-registry.js';
