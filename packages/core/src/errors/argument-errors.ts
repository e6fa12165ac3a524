import { type ErrorCode, type ErrorDetails, isRegistryError, markAsRegistryError } from './service-registry-error.js';

/**
 * An argument is wrong. The message names the value and what was expected; nothing was sent.
 * It is a `TypeError`, like JavaScript's own, and a `ServiceRegistryError` too.
 */
export class InvalidArgumentError extends TypeError {
  static readonly code: ErrorCode = 'ERR_NDSR_INVALID_ARGUMENT';
  declare readonly code: ErrorCode;
  declare readonly path: string | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    markAsRegistryError(this, 'InvalidArgumentError', 'ERR_NDSR_INVALID_ARGUMENT', details);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isRegistryError(value, 'ERR_NDSR_INVALID_ARGUMENT');
  }
}

/** A path that ZooKeeper would refuse or that is ambiguous. `path` is the path as it was passed. */
export class InvalidPathError extends TypeError {
  static readonly code: ErrorCode = 'ERR_NDSR_INVALID_PATH';
  declare readonly code: ErrorCode;
  declare readonly path: string | undefined;

  constructor(path: string, reason: string) {
    super(`Invalid path ${JSON.stringify(path)}: ${reason}`);
    markAsRegistryError(this, 'InvalidPathError', 'ERR_NDSR_INVALID_PATH', { path });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isRegistryError(value, 'ERR_NDSR_INVALID_PATH');
  }
}
