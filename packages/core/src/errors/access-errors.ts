import { type ErrorCode, type ErrorDetails, ServiceRegistryError } from './service-registry-error.js';

/** A write was requested from a registry that was opened with `readOnly: true`. Nothing was sent. */
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
 * Another client changed a node between its creation and its restriction by an ACL, which some backends send as two
 * requests. The node was removed again if that was permitted: the message says so. No secret was stored in it.
 */
export class TamperedNodeError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_TAMPERED_NODE';
  constructor(path: string, what: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_TAMPERED_NODE', `${path} was tampered with before it had its ACL: ${what}`, { ...details, path });
  }
}

/** The backend does not support the requested feature. */
export class UnsupportedError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_UNSUPPORTED';
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_UNSUPPORTED', message, details);
  }
}
