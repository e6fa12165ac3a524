import { type ErrorCode, type ErrorDetails, ServiceRegistryError } from './service-registry-error.js';

/** The node already exists. Used by backends for `create`. */
export class NodeExistsError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_NODE_EXISTS';
  constructor(path: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_NODE_EXISTS', `${path} exists already`, { ...details, path });
  }
}

/** The node does not exist. Used by backends for `write` and `remove`. */
export class NoNodeError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_NO_NODE';
  constructor(path: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_NO_NODE', `${path} does not exist`, { ...details, path });
  }
}

/** The node has another version than expected: another client has changed it in between. */
export class BadVersionError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_BAD_VERSION';
  constructor(path: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_BAD_VERSION', `${path} was changed by another client in between`, { ...details, path });
  }
}

/** A node with children can be neither removed nor replaced; its data is unchanged. */
export class NotEmptyError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_NOT_EMPTY';
  constructor(path: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_NOT_EMPTY', `${path} has children; remove those first`, { ...details, path });
  }
}

/** The node belongs to another live session, or to the other kind of call (`setNode` or `setData`). */
export class NotOwnerError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_NOT_OWNER';
  constructor(path: string, message: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_NOT_OWNER', message, { ...details, path });
  }
}

/** The value is larger than the servers accept. Nothing was sent. */
export class DataTooLargeError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_DATA_TOO_LARGE';
  constructor(path: string, bytes: number, limit: number) {
    super('ERR_NDSR_DATA_TOO_LARGE', `The data for ${path} takes ${bytes} bytes; at most ${limit} are allowed`, {
      path,
    });
  }
}
