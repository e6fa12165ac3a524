export type { ClientFaults, ClientFixture } from './client-suite/client-fixture.js';
export { type ClientSuiteOptions, clientSuite } from './client-suite/client-suite.js';
export type { FakeRequest, LoggedRequest } from './fake/fake-request.js';
export type { FakeTree } from './fake/fake-tree.js';
export {
  type BreakOptions,
  type FakeMove,
  FakeZooKeeper,
  type FakeZooKeeperOptions,
  type RequestMatch,
} from './fake/fake-zookeeper.js';
