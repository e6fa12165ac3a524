import { NoConnectionError, RequestRefusedError, StoppedError, TimeoutError } from '../errors/connection-errors.js';
import { NotEmptyError, NotOwnerError } from '../errors/node-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import { type DesiredState, payloadOf } from './desired-state.js';
import type { RefusalReason } from './next-action.js';
import type { ReconciliationEnd } from './quarantine.js';

/** After this many attempts a reconciliation gives up: other clients change the node faster than we can read it. */
export const maxAttempts = 20;

/** The error that callers get when `nextAction` refuses. */
export function refusalError(path: string, why: RefusalReason): ServiceRegistryError {
  switch (why) {
    case 'not-empty':
      return new NotEmptyError(path);
    case 'foreign-registration':
      return new NotOwnerError(path, `${path} is registered by another live session; unset it with force to remove it`);
    case 'own-registration':
      return new NotOwnerError(path, `${path} is a registration of ours (setNode); unset it before setData`);
  }
}

export function tooManyAttempts(path: string): TimeoutError {
  return new TimeoutError(`${path} is being changed by others faster than it can be set`, { path });
}

/**
 * How a reconciliation that failed with `error` ended, for the quarantine.
 *
 * @param sent the desired state of its latest request
 */
export function endBy(error: unknown, path: string, sent: DesiredState | undefined): ReconciliationEnd {
  if (sent === undefined || error instanceof TimeoutError || error instanceof StoppedError) return { type: 'unknown' };
  if (error instanceof NoConnectionError) return { type: 'closed', payload: payloadOf(path, sent) };
  return { type: 'answered' };
}

export interface FailureContext {
  readonly isConnected: boolean;
  readonly requestedAgain: boolean;
  readonly isRegistration: boolean;
}

/** The reaction to a failure in the background. `schedule`: without a pause of its own. */
export interface FailureReaction {
  readonly report: boolean;
  readonly next: 'schedule' | 'retry' | 'give up' | 'nothing';
}

/** Decides how to react to an error in the background. */
export function afterFailure(error: ServiceRegistryError, context: FailureContext): FailureReaction {
  // The connection closed because of it: the pause starts now, or with the next connection.
  if (error instanceof RequestRefusedError) return { report: true, next: 'schedule' };
  // The next connection starts a reconciliation.
  if (!context.isConnected) return { report: false, next: 'nothing' };
  const isDisconnected = error instanceof NoConnectionError || error instanceof StoppedError;
  // The next connection was there before this reconciliation learned that the last one was gone.
  if (isDisconnected) return { report: false, next: context.requestedAgain ? 'schedule' : 'retry' };
  // Reported once: a refused write must not be applied to a node that another client creates later.
  return { report: true, next: isRefusal(error) && !context.isRegistration ? 'give up' : 'retry' };
}

/** True if `error` is a refusal, by `nextAction` or by the servers. */
function isRefusal(error: ServiceRegistryError): boolean {
  return error instanceof NotEmptyError || error instanceof NotOwnerError;
}
