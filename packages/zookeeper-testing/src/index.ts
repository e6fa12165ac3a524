export { FaultyRoute } from './faulty-route.js';
export type { Address } from './port/address.js';
export { freePort } from './port/reserved-port.js';
export { type OnForward, TcpForwarder } from './port/tcp-forwarder.js';
export {
  type CutMidFrameOptions,
  type CutOptions,
  FaultProxy,
  type FaultProxyOptions,
  type StallOptions,
} from './proxy/fault-proxy.js';
export type { Direction } from './proxy/proxy-fault.js';
export {
  CertificateAuthority,
  type CertificateFiles,
  type CertificateRequest,
} from './server/certificate-authority.js';
export { findZooKeeper, type ZooKeeperInstallation } from './server/find-zookeeper.js';
export type { FourLetterWord } from './server/four-letter-word.js';
export type { ServerTls } from './server/server-configuration.js';
export type { ServerCounters } from './server/server-counters.js';
export { SessionTap } from './server/session-tap.js';
export { ZooKeeperEnsemble, type ZooKeeperEnsembleOptions } from './server/zookeeper-ensemble.js';
export { type ServerMode, ZooKeeperServer, type ZooKeeperServerOptions } from './server/zookeeper-server.js';
