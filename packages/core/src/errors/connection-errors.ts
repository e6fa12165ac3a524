import { type ErrorCode, type ErrorDetails, ServiceRegistryError } from './service-registry-error.js';

/**
 * There is no connection to the servers, or it was lost while the call was in flight.
 * In the second case the outcome of a write is unknown; the registry itself reads the node again before it decides
 * anything.
 */
export class NoConnectionError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_NO_CONNECTION';
  constructor(message = 'Not connected to the service registry', details: ErrorDetails = {}) {
    super('ERR_NDSR_NO_CONNECTION', message, details);
  }
}

/**
 * A TLS connection to a server failed: its certificate does not prove its identity, it rejected our certificate, or it
 * does not speak TLS. The message names the server and the remedy; `cause` has the `code` of Node.
 */
export class TlsError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_TLS';
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_TLS', message, details);
  }
}

/**
 * The servers close the connection whenever they receive this request, as they do if it is larger than their
 * `jute.maxbuffer`. Send less, or raise that limit on every server and client.
 */
export class RequestRefusedError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_REQUEST_REFUSED';
  /** @param bytes size of path and data together */
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
