import { type ErrorCode, type ErrorDetails, isRegistryError, ServiceRegistryError } from './service-registry-error.js';

/** The servers answered with something that no other error describes; see `cause`. */
export class BackendError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_BACKEND';
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_BACKEND', message, details);
  }
}

/** A callback or listener of the application threw or rejected; `cause` is the thrown value. */
export class CallbackError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_CALLBACK';
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_CALLBACK', message, details);
  }
}

/** A watch did not report a change that a safety re-read found. The change has been applied; `path` names the node. */
export class MissedChangeError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_MISSED_CHANGE';
  constructor(path: string, message: string) {
    super('ERR_NDSR_MISSED_CHANGE', message, { path });
  }
}

/** The cache file could not be read or written. The registry continues without it and tries again. */
export class CacheFileError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_CACHE_FILE';
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_CACHE_FILE', message, details);
  }
}

/** Returns `thrown` if it is a `ServiceRegistryError`, otherwise a `BackendError` with it as the cause. */
export function toRegistryError(thrown: unknown, details: ErrorDetails = {}): ServiceRegistryError {
  if (isRegistryError(thrown)) return thrown as ServiceRegistryError;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new BackendError(message, { ...details, cause: thrown });
}
