import { type ErrorCode, type ErrorDetails, isOfFamily, ServiceRegistryError } from './service-registry-error.js';

/** The servers answered with something that no other error describes; `cause` has it. */
export class BackendError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_BACKEND';
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_BACKEND', message, details);
  }
}

/** A callback or listener of the application threw or rejected; `cause` is what it threw. */
export class CallbackError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_CALLBACK';
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_CALLBACK', message, details);
  }
}

/** A watch did not tell of a change that a safety re-read found. It is repaired; `path` names the node. */
export class MissedChangeError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_MISSED_CHANGE';
  constructor(path: string, message: string) {
    super('ERR_NDSR_MISSED_CHANGE', message, { path });
  }
}

/** The cache file could not be read or written; the registry goes on without it and tries again. */
export class CacheFileError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_CACHE_FILE';
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_CACHE_FILE', message, details);
  }
}

/** `thrown` as one of the family: itself where it is one, else wrapped with it as the cause. */
export function toRegistryError(thrown: unknown, details: ErrorDetails = {}): ServiceRegistryError {
  if (isOfFamily(thrown)) return thrown as ServiceRegistryError;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new BackendError(message, { ...details, cause: thrown });
}
