import type { RegistryBackend, ServerFailure } from '../backend/registry-backend.js';
import { NoConnectionError } from '../errors/connection-errors.js';
import type { ErrorDetails, ServiceRegistryError } from '../errors/service-registry-error.js';
import { describeFailures } from './describe-failures.js';

/** Collects the reasons for a missing connection, for the errors of calls that need one. */
export class DisconnectReasons {
  #backend: Pick<RegistryBackend, 'serverFailures'> | undefined;
  /** The last fault of the backend while it was not connected. */
  #fault: ServiceRegistryError | undefined;

  /** Reads the failures of `backend` from now on, even after it was closed. */
  attach(backend: Pick<RegistryBackend, 'serverFailures'>): void {
    this.#backend = backend;
    this.#fault = undefined;
  }

  connected(): void {
    this.#fault = undefined;
  }

  fault(error: ServiceRegistryError): void {
    this.#fault = error;
  }

  /** An error with `message` and then each reason; its `cause` is the only reason, or an `AggregateError` of them. */
  error(message: string, details: ErrorDetails = {}): NoConnectionError {
    const failures = this.#backend?.serverFailures ?? [];
    const fault = this.#additionalFault(failures);
    const reasons = [describeFailures(failures), fault?.message ?? ''].filter((text) => text !== '').join('; ');
    const errors = [...failures.map(({ error }) => error), ...(fault === undefined ? [] : [fault])];
    return new NoConnectionError(reasons === '' ? message : `${message}: ${reasons}`, {
      ...details,
      cause: causeOf(errors, reasons),
    });
  }

  /** The backend's last fault, unless a server's failure already contains its message. */
  #additionalFault(failures: readonly ServerFailure[]): ServiceRegistryError | undefined {
    const fault = this.#fault;
    return failures.some(({ error: { message } }) => message !== '' && fault?.message.includes(message))
      ? undefined
      : fault;
  }
}

function causeOf(errors: readonly Error[], message: string): Error | undefined {
  return errors.length > 1 ? new AggregateError(errors, message) : errors[0];
}
