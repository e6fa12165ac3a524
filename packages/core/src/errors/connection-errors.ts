import { type ErrorCode, type ErrorDetails, ServiceRegistryError } from './service-registry-error.js';

/**
 * There is no connection to the registry's servers, or it was lost while the call was under way.
 * In the second case the outcome of a write is unknown; the registry itself looks again before it decides anything.
 */
export class NoConnectionError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_NO_CONNECTION';
  constructor(message = 'Not connected to the service registry', details: ErrorDetails = {}) {
    super('ERR_NDSR_NO_CONNECTION', message, details);
  }
}

/**
 * A server could not be talked to over TLS: its certificate does not prove who it is, it did not take ours, or there is no
 * TLS where it was asked for. The message names the server and says what would be right; `cause` has the `code` of Node.
 */
export class TlsError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_TLS';
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_TLS', message, details);
  }
}

/**
 * The servers close the connection whenever they get this request, as they do with one that is larger than their
 * `jute.maxbuffer`. Send less, or raise that limit on every server and client.
 */
export class RequestRefusedError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_REQUEST_REFUSED';
  /** @param bytes of path and data */
  constructor(path: string, bytes: number, reason: string, details: ErrorDetails = {}) {
    const what = `The servers refuse what is to be written to ${path} (${bytes} bytes): ${reason}`;
    super('ERR_NDSR_REQUEST_REFUSED', `${what}; probably it is larger than their jute.maxbuffer`, { ...details, path });
  }
}

/** No answer came within the time limit. The outcome of a write is unknown. */
export class TimeoutError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_TIMEOUT';
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_TIMEOUT', message, details);
  }
}

/** The registry was stopped before or during the call. `start()` opens it again. */
export class StoppedError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_STOPPED';
  constructor(message = 'The registry is stopped; call start() to open it again', details: ErrorDetails = {}) {
    super('ERR_NDSR_STOPPED', message, details);
  }
}
