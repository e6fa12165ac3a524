import { NoConnectionError, RequestRefusedError, StoppedError, TimeoutError } from '../errors/connection-errors.js';
import { NotEmptyError, NotOwnerError } from '../errors/node-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import { type DesiredState, payloadOf } from './desired-state.js';
import type { Refusal } from './next-action.js';
import type { ReconciliationEnd } from './quarantine.js';
import type { WriteCall } from './write-call.js';

/** A reconciliation is made on behalf of a call, or in the background. */
export type Waiter = WriteCall | 'background';

/** After this many attempts a reconciliation gives up: other clients change the node faster than we can read it. */
const maxAttempts = 20;

/** The record of one reconciliation of a path, until its outcome or error. */
export class Reconciliation {
  readonly waiters: Waiter[];
  /** True if another reconciliation was requested during this one. */
  requestedAgain = false;
  #attempts = 0;
  /** The desired state of the latest request. */
  #sent: DesiredState | undefined;

  constructor(waiter: Waiter) {
    this.waiters = [waiter];
  }

  /** @throws {TimeoutError} after too many attempts */
  assertAttemptsLeft(path: string): void {
    if (this.#attempts < maxAttempts) return;
    throw new TimeoutError(`${path} is being changed by others faster than it can be set`, { path });
  }

  /** A request is about to be sent for `desired`. */
  recordAttempt(desired: DesiredState): void {
    this.#attempts += 1;
    this.#sent = desired;
  }

  /** How it ended if it failed with `error`, for the quarantine. */
  endBy(error: unknown, path: string): ReconciliationEnd {
    const isUnknown = error instanceof TimeoutError || error instanceof StoppedError;
    if (this.#sent === undefined || isUnknown) return { type: 'unknown' };
    if (error instanceof NoConnectionError) return { type: 'closed', payload: payloadOf(path, this.#sent) };
    return { type: 'answered' };
  }
}

/** The error that callers get when `nextAction` refuses. */
export function refusalError(path: string, why: Refusal): ServiceRegistryError {
  switch (why) {
    case 'not-empty':
      return new NotEmptyError(path);
    case 'foreign-registration':
      return new NotOwnerError(path, `${path} is registered by another live session; unset it with force to remove it`);
    case 'own-registration':
      return new NotOwnerError(path, `${path} is a registration of ours (setNode); unset it before setData`);
  }
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
