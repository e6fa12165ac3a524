/**
 * Every code that an error of this library can have. Codes are the contract; messages are for people and may improve.
 */
export type ErrorCode =
  | 'ERR_NDSR_BACKEND'
  | 'ERR_NDSR_BAD_VERSION'
  | 'ERR_NDSR_CACHE_FILE'
  | 'ERR_NDSR_CALLBACK'
  | 'ERR_NDSR_DATA_TOO_LARGE'
  | 'ERR_NDSR_INVALID_ARGUMENT'
  | 'ERR_NDSR_INVALID_PATH'
  | 'ERR_NDSR_LEADERSHIP_LOST'
  | 'ERR_NDSR_LOCK_BUSY'
  | 'ERR_NDSR_LOCK_KIND'
  | 'ERR_NDSR_LOCK_LIMIT'
  | 'ERR_NDSR_LOCK_LOST'
  | 'ERR_NDSR_MISSED_CHANGE'
  | 'ERR_NDSR_NODE_EXISTS'
  | 'ERR_NDSR_NO_CONNECTION'
  | 'ERR_NDSR_NO_NODE'
  | 'ERR_NDSR_NOT_AUTHORIZED'
  | 'ERR_NDSR_NOT_EMPTY'
  | 'ERR_NDSR_NOT_OWNER'
  | 'ERR_NDSR_READ_ONLY'
  | 'ERR_NDSR_REQUEST_REFUSED'
  | 'ERR_NDSR_SEQUENCE_EXHAUSTED'
  | 'ERR_NDSR_STOPPED'
  | 'ERR_NDSR_TAMPERED_NODE'
  | 'ERR_NDSR_TIMEOUT'
  | 'ERR_NDSR_TLS'
  | 'ERR_NDSR_UNSUPPORTED';

/** The fields of an error beside its code and message. */
export interface ErrorDetails {
  /** The registry path that the error concerns. */
  readonly path?: string | undefined;
  /** The underlying error: of a client library, of a callback, of the file system. */
  readonly cause?: unknown;
}

// A registered symbol, so that `instanceof` also holds between two installed copies of this package.
const brand = Symbol.for('@ndsr/core/ServiceRegistryError');

/** Makes `error` a member of the family: sets brand, name, code and path. */
export function markAsRegistryError(error: Error, name: string, code: ErrorCode, details: ErrorDetails): void {
  Object.defineProperty(error, brand, { value: true });
  Object.defineProperty(error, 'name', { value: name });
  Object.assign(error, { code, path: details.path });
}

/** Returns true if `value` is an error of this library, with the given code if there is one. */
export function isRegistryError(value: unknown, code?: ErrorCode): boolean {
  if (typeof value !== 'object' || value === null || !(brand in value)) return false;
  return code === undefined || ('code' in value && value.code === code);
}

/**
 * The base class of every error that this library throws, rejects with, or puts into a `fault` event.
 *
 * `code` is stable; `path` names the node if there is one; `cause` is the underlying error.
 * `instanceof` compares a brand and the code, so it also works if two copies of this package are installed.
 */
export class ServiceRegistryError extends Error {
  /** The code of a subclass; undefined in the base class, which matches every code. */
  static readonly code: ErrorCode | undefined = undefined;

  /** The kind of failure, for programs. */
  declare readonly code: ErrorCode;
  /** The registry path that the error concerns, if it concerns one. */
  declare readonly path: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    markAsRegistryError(this, new.target.name, code, details);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: `this` is the class at the right of `instanceof`
    return isRegistryError(value, this.code);
  }
}
