import type { RegistryBackend } from '../backend/registry-backend.js';
import { NoConnectionError, StoppedError, TimeoutError } from '../errors/connection-errors.js';
import {
  applyAction,
  hasUnknownOutcome,
  isConcurrentChange,
  isMutation,
  type Mutation,
  observedAfter,
} from './apply-action.js';
import { type DesiredState, payloadOf } from './desired-state.js';
import type { Action } from './next-action.js';
import type { ObservedNode, OwnSessions } from './observed-node.js';
import type { Payload, Quarantined, ReconciliationEnd } from './quarantine.js';

/** One write by the application. It is resolved or rejected once. */
export interface WriteCall {
  readonly path: string;
  desired: DesiredState;
  /**
   * True: the desired state is reached. False: another live session owns the path and we wait until its node is gone, or the
   * write was deferred.
   */
  resolve(isReached: boolean): void;
  reject(error: unknown): void;
}

/** A reconciliation is made on behalf of a call, or in the background. */
export type Waiter = WriteCall | 'background';

/** The registration that is reconciled. */
export interface ReconciliationSubject {
  readonly path: string;
  readonly desired: DesiredState;
  readonly observed: ObservedNode;
  /** Undefined while there is no connection. */
  readonly backend: RegistryBackend | undefined;
  readonly sessions: OwnSessions;
  /** The error for a request that cannot be sent. */
  noConnection(): NoConnectionError;
  onBegin(): void;
  /** @param wasRead whether the observed node comes from a read, not from a watch or from an answer */
  nextAction(wasRead: boolean): Action;
  /** The outcome if there is nothing more to do for now. Throws the reason if the desired state cannot be reached. */
  outcomeOf(action: Action): boolean | undefined;
  read(): Promise<ObservedNode>;
  /** Takes over `after`, unless another observation has replaced `before`: that may be newer. Returns whether it did. */
  observeAfter(before: ObservedNode, after: ObservedNode): boolean;
  /** Marks the node as unknown, and returns that observation. */
  forgetObserved(): ObservedNode;
  /** A node that we created, or may have created, exists. */
  onMayHaveLeftover(): void;
  /** Called synchronously with the outcome: a later call starts a new reconciliation. Returns an error to report instead. */
  onEnd(end: ReconciliationEnd): Error | undefined;
  /** The reconciliation failed on behalf of `waiter`. `requestedAgain`: another one was requested meanwhile. */
  onWaiterFailed(waiter: Waiter, error: unknown, requestedAgain: boolean): void;
}

/** After this many attempts a reconciliation gives up: other clients change the node faster than we can read it. */
const maxAttempts = 20;

/**
 * Brings one path to its desired state: choose the next action, apply it, read the node, choose again. Works in callbacks,
 * without a promise for the whole: thousands of reconciliations may wait for the servers at the same time.
 */
export class Reconciliation implements Quarantined {
  /** True if another reconciliation was requested during this one. */
  requestedAgain = false;
  readonly #subject: ReconciliationSubject;
  readonly #waiters: Waiter[];
  #attempts = 0;
  /** The desired state of the latest request. */
  #sent: DesiredState | undefined;

  constructor(subject: ReconciliationSubject, waiter: Waiter) {
    this.#subject = subject;
    this.#waiters = [waiter];
  }

  get path(): string {
    return this.#subject.path;
  }

  get payload(): Payload {
    return payloadOf(this.path, this.#subject.desired);
  }

  /** Reports the outcome to `waiter` too. */
  addWaiter(waiter: Waiter): void {
    this.#waiters.push(waiter);
  }

  /** Calls that come before this share one reconciliation. */
  begin(): void {
    this.#subject.onBegin();
    this.requestedAgain = false;
    this.#guard(() => this.#continue(false));
  }

  fail(error: Error): void {
    this.#fail(error);
  }

  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#fail(error);
    }
  }

  #continue(wasRead: boolean): void {
    const action = this.#subject.nextAction(wasRead);
    const outcome = this.#subject.outcomeOf(action);
    if (outcome !== undefined) this.#succeed(outcome);
    else if (this.#attempts < maxAttempts) this.#apply(action);
    else throw this.#tooFast();
  }

  #tooFast(): TimeoutError {
    const { path } = this.#subject;
    return new TimeoutError(`${path} is being changed by others faster than it can be set`, { path });
  }

  #apply(action: Action): void {
    const { path, backend, sessions, desired, observed: before } = this.#subject;
    if (backend === undefined) throw this.#subject.noConnection();
    this.#attempts += 1;
    this.#sent = desired;
    const session = sessions.current ?? 0n;
    const failed = (error: unknown): void => this.#guard(() => this.#onRequestFailed(action, desired, error));
    if (!isMutation(action)) this.#read(before, failed);
    else
      applyAction(path, action, backend).then(
        () => this.#guard(() => this.#onApplied(action, before, session)),
        failed,
      );
  }

  #onApplied(action: Mutation, before: ObservedNode, session: bigint): void {
    this.#subject.observeAfter(before, observedAfter(action, before, session));
    if (action.do === 'create' || action.do === 'replace') this.#subject.onMayHaveLeftover();
    this.#continue(false);
  }

  #read(before: ObservedNode, failed: (error: unknown) => void): void {
    const subject = this.#subject;
    subject
      .read()
      .then((observed) => this.#guard(() => this.#continue(subject.observeAfter(before, observed))), failed);
  }

  #onRequestFailed(action: Action, desired: DesiredState, error: unknown): void {
    const unknown = this.#subject.forgetObserved();
    if (isConcurrentChange(error)) {
      this.#read(unknown, (thrown) => this.#fail(thrown));
      return;
    }
    if (hasUnknownOutcome(action, error)) this.#subject.onMayHaveLeftover();
    // The desired state may have changed meanwhile: then the new one gets its own attempt.
    if (this.#subject.desired === desired) throw error;
    this.#continue(false);
  }

  #succeed(isReached: boolean): void {
    this.#subject.onEnd({ type: 'answered' });
    for (const waiter of this.#waiters) if (waiter !== 'background') waiter.resolve(isReached);
  }

  #fail(error: unknown): void {
    const reported = this.#subject.onEnd(this.#endBy(error)) ?? error;
    for (const waiter of this.#waiters) this.#subject.onWaiterFailed(waiter, reported, this.requestedAgain);
  }

  #endBy(error: unknown): ReconciliationEnd {
    if (this.#sent === undefined || error instanceof TimeoutError || error instanceof StoppedError) {
      return { type: 'unknown' };
    }
    if (error instanceof NoConnectionError) return { type: 'closed', payload: payloadOf(this.path, this.#sent) };
    return { type: 'answered' };
  }
}
