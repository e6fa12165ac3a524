export { notify } from './client/notify.js';
export { flawOfEventPath } from './client/reply-content.js';
export type {
  AclRule,
  ClientEvent,
  ClientObserver,
  ClientOptions,
  CreateMode,
  Read,
  ServerAddress,
  ServerFailureListener,
  WatchEvent,
  ZooKeeperClient,
  ZooKeeperClientFactory,
} from './client/zookeeper-client.js';
export { badArguments, connectionLoss, errorNumbers, TamperedError, ZooKeeperError } from './client/zookeeper-error.js';
export {
  handshakeTimeoutMs,
  type PlannedAttempt,
  ReconnectPolicy,
  type ReconnectSituation,
  reconnectPauseMs,
  type SessionView,
  shuffled,
} from './retry/reconnect-policy.js';
export { type Lookup, NameResolver, type NameResolverOptions } from './server-list/name-resolver.js';
export { formatAddress, parseServerList, type ServerList } from './server-list/server-list.js';
export { Fifo } from './session/fifo.js';
export { type Attempt, type EndpointStatus, Reconnector, type ReconnectorOptions } from './session/reconnector.js';
export type { Pem, TlsOptions, TlsVersion } from './tls/tls-options.js';
export { TlsSettings } from './tls/tls-settings.js';
export { connectTls } from './tls/tls-transport.js';
export { type ConnectionEnd, describeEnd, describeMalformed, describeSilence } from './transport/connection-end.js';
export { connectTcp } from './transport/tcp-transport.js';
export type { Connect, DisconnectCause, Progress, Transport } from './transport/transport.js';
export { Watchdog, type WatchdogOptions } from './transport/watchdog.js';
export { FrameReader } from './wire/frame-reader.js';
export { type FrameHandler, InboundFrames } from './wire/inbound-frames.js';
export { JuteReader } from './wire/jute-reader.js';
export { MalformedFrameError } from './wire/malformed-frame-error.js';
export { opCodes } from './wire/op-codes.js';
export {
  type ConnectReply,
  type ReplyHeader,
  readChildrenReply,
  readConnectReply,
  readCreateReply,
  readDataReply,
  readMultiReply,
  readReplyHeader,
  readStat,
  readWatchNotification,
  type WatchNotification,
} from './wire/reply-records.js';
export { ZooKeeperBackend, type ZooKeeperBackendOptions } from './zookeeper-backend.js';
