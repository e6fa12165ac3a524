/** Every code that an error of this library can carry. Codes are the contract; messages are for people and may improve. */
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

/** What an error says beside its code and message. */
export interface ErrorDetails {
  /** The registry path that the error is about. */
  readonly path?: string | undefined;
  /** What lay beneath: the error of a client library, of a callback, of the file system. */
  readonly cause?: unknown;
}

// A registered symbol, so that `instanceof` also holds between two installed copies of this package.
const brand = Symbol.for('@ndsr/core/ServiceRegistryError');

/** Gives `error` its place in the family: brand, name, code and path. */
export function enlist(error: Error, name: string, code: ErrorCode, details: ErrorDetails): void {
  Object.defineProperty(error, brand, { value: true });
  Object.defineProperty(error, 'name', { value: name });
  Object.assign(error, { code, path: details.path });
}

/** Whether `value` is of the family, and of one code where one is asked for. */
export function isOfFamily(value: unknown, code?: ErrorCode): boolean {
  if (typeof value !== 'object' || value === null || !(brand in value)) return false;
  return code === undefined || ('code' in value && value.code === code);
}

/**
 * The base of every error that this library throws, rejects with, or puts into a `fault` event.
 *
 * `code` is stable; `path` names the node where there is one; `cause` is what lay beneath.
 * `instanceof` goes by a brand and the code, so it also holds when two copies of this package are installed.
 */
export class ServiceRegistryError extends Error {
  /** The code of a child class; the base has none and stands for all. */
  static readonly code: ErrorCode | undefined = undefined;

  /** What went wrong, for programs. */
  declare readonly code: ErrorCode;
  /** The registry path that it is about, where it is about one. */
  declare readonly path: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    enlist(this, new.target.name, code, details);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: `this` is the class at the right of `instanceof`
    return isOfFamily(value, this.code);
  }
}
