export type { FakeRequest, LoggedRequest } from './fake-request.js';
export type { FakeTree } from './fake-tree.js';
export {
  type BreakOptions,
  type FakeMove,
  FakeZooKeeper,
  type FakeZooKeeperOptions,
  type RequestMatch,
} from './fake-zookeeper.js';
