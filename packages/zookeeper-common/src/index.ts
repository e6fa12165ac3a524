export type {
  AclRule,
  ClientEvent,
  ClientObserver,
  ClientOptions,
  CreateMode,
  Read,
  ServerAddress,
  WatchEvent,
  ZooKeeperClient,
  ZooKeeperClientFactory,
} from './client/zookeeper-client.js';
export { errorNumbers, TamperedError, ZooKeeperError } from './client/zookeeper-error.js';
export { formatAddress, parseServerList, type ServerList } from './server-list/server-list.js';
export { ZooKeeperBackend, type ZooKeeperBackendOptions } from './zookeeper-backend.js';
