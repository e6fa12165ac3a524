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
