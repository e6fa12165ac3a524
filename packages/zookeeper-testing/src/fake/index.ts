export type { FakeRequest, LoggedRequest } from './fake-request.js';
export {
  FakeServer,
  type FakeServerAnswer,
  type FakeServerOptions,
  type FakeServerRequest,
  frameOf,
  handshakeFrame,
  int,
  reply,
  statBytes,
  watchEventFrame,
} from './fake-server.js';
export type { FakeTree } from './fake-tree.js';
export {
  type BreakOptions,
  type FakeMove,
  FakeZooKeeper,
  type FakeZooKeeperOptions,
  type RequestMatch,
} from './fake-zookeeper.js';
