import type { RegistryBackend, ServerFailure } from '../backend/registry-backend.js';
import { NoConnectionError } from '../errors/connection-errors.js';
import type { ErrorDetails, ServiceRegistryError } from '../errors/service-registry-error.js';

/** Further servers are only counted, so that a message stays readable. */
const maxListed = 10;

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

/** `zk1:2181 (ENOTFOUND), zk2:2181 (ECONNREFUSED)`; empty without failures. */
export function describeFailures(failures: readonly ServerFailure[]): string {
  const listed = failures.slice(0, maxListed).map(describeFailure);
  const more = failures.length - listed.length;
  const list = listed.join(listed.some((one) => one.includes(', ')) ? '; ' : ', ');
  return more > 0 ? `${list} and ${more} more` : list;
}

function describeFailure({ server, error }: ServerFailure): string {
  const reason = reasonOf(error);
  return reason.includes(server) ? reason : `${server} (${reason})`;
}

/** Node's message repeats the call and the address, and that of an `AggregateError` is empty, so the code is preferred. */
function reasonOf(error: Error & { readonly code?: unknown }): string {
  const { code, message, name } = error;
  if (typeof code === 'string' && /^E(?!RR_)[A-Z0-9_]+$/.test(code)) return code;
  return message.trim().replaceAll(/\s+/g, ' ') || name;
}
