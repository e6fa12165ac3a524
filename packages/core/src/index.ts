export { rawBytes } from './codec/decode.js';
export type { LeaderWork } from './election/leader-campaign.js';
export type { Leadership } from './election/leadership.js';
export type { RegistryElection } from './election/registry-election.js';
export { NotAuthorizedError, ReadOnlyError, TamperedNodeError, UnsupportedError } from './errors/access-errors.js';
export { InvalidArgumentError, InvalidPathError } from './errors/argument-errors.js';
export { BackendError, CacheFileError, CallbackError, MissedChangeError } from './errors/background-errors.js';
export {
  NoConnectionError,
  RequestRefusedError,
  StoppedError,
  TimeoutError,
  TlsError,
} from './errors/connection-errors.js';
export {
  LeadershipLostError,
  LockBusyError,
  LockKindError,
  LockLimitError,
  LockLostError,
  SequenceExhaustedError,
} from './errors/lock-errors.js';
export {
  BadVersionError,
  DataTooLargeError,
  NodeExistsError,
  NoNodeError,
  NotEmptyError,
  NotOwnerError,
} from './errors/node-errors.js';
export { type ErrorCode, type ErrorDetails, ServiceRegistryError } from './errors/service-registry-error.js';
export type { RegistryListener } from './events/event-hub.js';
export type { Phase, StateCallback } from './events/phase.js';
export type { RegistryEventName, RegistryEvents } from './events/registry-events.js';
export type { RegistryLock } from './lock/registry-lock.js';
export type { Logger } from './log/logger.js';
export type { DataInput, JsonInput, WritableData } from './node/data-input.js';
export type { NodeChanges, NodeState, NodeUpdate, SnapshotCallback } from './node/node-changes.js';
export type { NodeKind } from './node/node-kind.js';
export type { JsonValue, NodeData, NodeSnapshot, SnapshotDetail } from './node/node-snapshot.js';
export type { NodeStat } from './node/node-stat.js';
export { openRegistry, type RegistryConfig, type RegistryConfigObject } from './open/open-registry.js';
export { sharedRegistry } from './open/shared-registry.js';
export { type AclEntry, type AclPermission, digestId } from './options/acl.js';
export type {
  GetOptions,
  SetOptions,
  SetStateOptions,
  UnsetOptions,
  ViewOptions,
  WatchChangesOptions,
  WatchOptions,
} from './options/call-options.js';
export type { CredentialsInput } from './options/credentials.js';
export type { ElectionOptions, LeaderWatchOptions, LeadOptions } from './options/election-options.js';
export type { AcquireOptions, LockOptions } from './options/lock-options.js';
export type { RateLimit } from './options/rate-limit.js';
export type { RegistryOptions } from './options/registry-options.js';
export { ServiceRegistry } from './service-registry.js';
export type { CancelTimer, Clock } from './time/clock.js';
export type { Freshness } from './watch/freshness.js';
export type { SnapshotIterator } from './watch/snapshot-stream.js';
