export type { Address } from './address.js';
export { CertificateAuthority, type CertificateFiles, type CertificateRequest } from './certificate-authority.js';
export type { Direction } from './fault.js';
export {
  type CutMidFrameOptions,
  type CutOptions,
  FaultProxy,
  type FaultProxyOptions,
  type StallOptions,
} from './fault-proxy.js';
export { findZooKeeper, type ZooKeeperInstallation } from './find-zookeeper.js';
export type { FourLetterWord } from './four-letter-word.js';
export { freePort } from './free-port.js';
export type { ServerTls } from './server-configuration.js';
export type { ServerCounters } from './server-counters.js';
export { SessionTap } from './session-tap.js';
export { ZooKeeperEnsemble, type ZooKeeperEnsembleOptions } from './zookeeper-ensemble.js';
export { type ServerMode, ZooKeeperServer, type ZooKeeperServerOptions } from './zookeeper-server.js';
