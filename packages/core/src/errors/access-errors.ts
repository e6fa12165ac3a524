import { type ErrorCode, type ErrorDetails, ServiceRegistryError } from './service-registry-error.js';

/** A write was asked of a registry that was opened with `readOnly: true`. Nothing was sent. */
export class ReadOnlyError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_READ_ONLY';
  constructor(path: string) {
    super('ERR_NDSR_READ_ONLY', `Refused to change ${path}: this registry is read-only`, { path });
  }
}

/** The node's ACL does not permit the operation to this registry's credentials. */
export class NotAuthorizedError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_NOT_AUTHORIZED';
  constructor(path: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_NOT_AUTHORIZED', `Not permitted on ${path} with these credentials`, { ...details, path });
  }
}

/**
 * Somebody changed a node in the moment between its making and its restriction by an ACL, which are two requests for some
 * backends. It was removed again where that was permitted: the message says so. Nothing was kept secret in it.
 */
export class TamperedNodeError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_TAMPERED_NODE';
  constructor(path: string, what: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_TAMPERED_NODE', `${path} was tampered with before it had its ACL: ${what}`, { ...details, path });
  }
}

/** The backend does not declare the feature that was asked for. */
export class UnsupportedError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_UNSUPPORTED';
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_UNSUPPORTED', message, details);
  }
}
