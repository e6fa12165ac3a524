export type { BackendContext } from './backend/backend-context.js';
export { type Operation, OperationDeadlines } from './backend/operation-deadlines.js';
export { absentNode, type ChildDetail, nameOnly, type RawChild, type RawNode } from './backend/raw-node.js';
export {
  type BackendCapabilities,
  type BackendWatch,
  type ConnectionEvent,
  type ConnectionObserver,
  type CreateAndRemove,
  type CreateAndRemoveOptions,
  type CreateOptions,
  maxNodeBytes,
  type ReadOptions,
  type RegistryBackend,
  type ServerFailure,
  type Session,
  type WatchObserver,
} from './backend/registry-backend.js';
export { NotAuthorizedError, ReadOnlyError, TamperedNodeError, UnsupportedError } from './errors/access-errors.js';
export { InvalidArgumentError, InvalidPathError } from './errors/argument-errors.js';
export { BackendError, CallbackError, toRegistryError } from './errors/background-errors.js';
export { NoConnectionError, StoppedError, TimeoutError, TlsError } from './errors/connection-errors.js';
export { kindOf } from './errors/kind-of.js';
export {
  BadVersionError,
  DataTooLargeError,
  NodeExistsError,
  NoNodeError,
  NotEmptyError,
  NotOwnerError,
} from './errors/node-errors.js';
export { type ErrorCode, type ErrorDetails, ServiceRegistryError } from './errors/service-registry-error.js';
export { defaultLogger, type Logger } from './log/logger.js';
export type { NodeKind } from './node/node-kind.js';
export { type NodeStat, sameStat } from './node/node-stat.js';
export { checkPath, childOf, isName, nameOf, parentOf } from './node/path.js';
export type { BackendDescriptor, TlsInUrl, UrlValueKind } from './open/backend-descriptor.js';
export { type AclEntry, type AclPermission, digestId } from './options/acl.js';
export { checkOptions, type Expectation, type OptionsShape, secret } from './options/check-options.js';
export { Credentials } from './options/credentials.js';
export { type BackoffOptions, backoffMs } from './time/backoff.js';
export { type CancelTimer, type Clock, systemClock } from './time/clock.js';
export { Deadlines, type DeadlinesOptions } from './time/deadlines.js';
export { NextStep } from './time/next-step.js';
