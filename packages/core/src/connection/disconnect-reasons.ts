import type { RegistryBackend, ServerFailure } from '../backend/registry-backend.js';
import { NoConnectionError } from '../errors/connection-errors.js';
import type { ErrorDetails, ServiceRegistryError } from '../errors/service-registry-error.js';
import { describeFailures } from './describe-failures.js';

/** Why there is no connection, for the errors of calls that need one. */
export class DisconnectReasons {
  #backend: Pick<RegistryBackend, 'serverFailures'> | undefined;
  /** What the backend complained of last, while it was not connected. */
  #fault: ServiceRegistryError | undefined;

  /** `backend` is asked from now on, also after it was closed. */
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

  /** An error that says `what` and then each reason; its `cause` is the only reason, or an `AggregateError` of them. */
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

  /** Where a server's own failure says the same, once is enough. */
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
