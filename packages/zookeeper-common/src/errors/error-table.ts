import {
  BackendError,
  BadVersionError,
  NoConnectionError,
  NodeExistsError,
  NoNodeError,
  NotAuthorizedError,
  NotEmptyError,
  type ServiceRegistryError,
  TamperedNodeError,
  TimeoutError,
  toRegistryError,
} from '@ndsr/core/backend';
import { errorNumbers, TamperedError, ZooKeeperError } from '../client/zookeeper-error.js';

type Translate = (path: string, cause: Error) => ServiceRegistryError;

/** Maps the servers' numbers to the registry's errors; a number that is not listed becomes a `BackendError`. */
const table = new Map<number, Translate>([
  [errorNumbers.connectionLoss, (path, cause) => new NoConnectionError(undefined, { path, cause })],
  [errorNumbers.sessionExpired, (path, cause) => new NoConnectionError('The session is over', { path, cause })],
  [errorNumbers.sessionMoved, (path, cause) => new NoConnectionError('The session moved', { path, cause })],
  [errorNumbers.operationTimeout, (path, cause) => new TimeoutError(`No answer about ${path}`, { path, cause })],
  [errorNumbers.noNode, (path, cause) => new NoNodeError(path, { cause })],
  [errorNumbers.noAuth, (path, cause) => new NotAuthorizedError(path, { cause })],
  [
    errorNumbers.invalidAcl,
    (path, cause) => new BackendError(`${path}: the servers do not take the ACL`, { path, cause }),
  ],
  [errorNumbers.badVersion, (path, cause) => new BadVersionError(path, { cause })],
  [errorNumbers.nodeExists, (path, cause) => new NodeExistsError(path, { cause })],
  [errorNumbers.notEmpty, (path, cause) => new NotEmptyError(path, { cause })],
  [
    errorNumbers.noChildrenForEphemerals,
    (path, cause) => new BackendError(`${path} cannot be made: its parent is ephemeral`, { path, cause }),
  ],
]);

/** Converts the rejection of a client to the registry's error about `path`. */
export function translateError(thrown: unknown, path: string): ServiceRegistryError {
  if (thrown instanceof TamperedError) return new TamperedNodeError(path, thrown.message, { cause: thrown.cause });
  if (!(thrown instanceof ZooKeeperError)) return toRegistryError(thrown, { path });
  const translate = table.get(thrown.number);
  return translate?.(path, thrown) ?? new BackendError(`${path}: ${thrown.message}`, { path, cause: thrown });
}

export function isErrorNumber(thrown: unknown, number: number): boolean {
  return thrown instanceof ZooKeeperError && thrown.number === number;
}
