import type { RestoreProgress } from '../connection/outage-log.js';
import { toRegistryError } from '../errors/background-errors.js';
import { afterFailure, endBy, maxAttempts, refusalError, tooManyAttempts } from './after-failure.js';
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
import { NodeObservation, type ObservationListener } from './node-observation.js';
import type { ObservedNode } from './observed-node.js';
import type { Payload, Quarantined } from './quarantine.js';
import { ReconcileSchedule, type Scheduled } from './reconcile-schedule.js';
import type { ReconcilerHost } from './reconciler-host.js';
import { RegistrationSpec } from './registration-spec.js';
import { RegistrationStatus } from './registration-status.js';
import type { WriteCall } from './write-call.js';

/** A reconciliation is made on behalf of a call, or in the background. */
type Waiter = WriteCall | 'background';

/** One reconciliation, until its outcome or error. */
interface Reconciliation {
  readonly waiters: Waiter[];
  /** True if another reconciliation was requested during this one. */
  requestedAgain: boolean;
  attempts: number;
  /** The desired state of the latest request. */
  sent: DesiredState | undefined;
}

/**
 * Brings one path to its desired state and keeps it there, by one reconciliation at a time: choose the next action, apply it,
 * observe the node, choose again. A call that fails restores the previous desired state, and a node that the call may have
 * created is removed.
 *
 * Works in callbacks, without a promise for a whole reconciliation: thousands may wait for the servers at the same time.
 */
export class RegistrationReconciler implements ObservationListener, Scheduled, Quarantined {
  readonly path: string;
  readonly observation: NodeObservation;
  readonly #host: ReconcilerHost;
  readonly #spec: RegistrationSpec;
  readonly #status: RegistrationStatus;
  readonly #schedule: ReconcileSchedule;
  #reconciliation: Reconciliation | undefined;

  constructor(path: string, desired: DesiredState, host: ReconcilerHost) {
    const { services, pace } = host;
    this.path = path;
    this.#host = host;
    this.#spec = new RegistrationSpec(desired, services.keepAlive);
    this.observation = new NodeObservation(path, host, this);
    this.#status = new RegistrationStatus(path, services);
    this.#schedule = new ReconcileSchedule(services, pace, this);
  }

  get desired(): DesiredState {
    return this.#spec.desired;
  }

  get payload(): Payload {
    return payloadOf(this.path, this.#spec.desired);
  }

  /** True while a reconciliation is running or about to start. */
  get isReconciling(): boolean {
    return this.#reconciliation !== undefined;
  }

  /** How far the registration is restored on this connection. Undefined if none is desired. */
  get restoration(): keyof RestoreProgress | undefined {
    return this.#spec.restoration(this.observation.observed, this.#schedule.hasFailed);
  }

  /** Applies the desired state of `call`. */
  apply(call: WriteCall): void {
    this.#spec.set(call.desired);
    this.#schedule.cancel();
    this.#reconcileFor(call);
  }

  /** Applies `desired` once there is a connection. */
  defer(desired: DesiredState): void {
    this.#spec.defer(desired);
    this.#schedule.usePace();
  }

  /** There is a new connection: reconciles again. */
  connected(session: 'new' | 'same'): void {
    this.#schedule.reset();
    // We had given up the session, and the server kept it, with our node.
    if (!this.observation.isWatching && session === 'same' && this.#spec.isEstablished) this.observation.startWatch();
    // A running watch reports the node after each connect, and that starts the reconciliation.
    if (this.observation.isWatching) return;
    this.#schedule.usePace();
    this.schedule();
  }

  /** The connection broke: the node may change unnoticed. */
  suspended(): void {
    this.#schedule.cancel();
    this.observation.suspended();
  }

  /** Our session is over, and so is our node. In the next session it is created without reading first, then watched. */
  lost(reason: 'lost' | 'stopped'): void {
    this.detach();
    this.#schedule.usePace();
    this.#status.markUnregistered(reason);
  }

  /** The backend is about to be closed. The desired state is kept. */
  detach(): void {
    this.suspended();
    this.observation.stopWatch();
  }

  onObserved(observed: ObservedNode): void {
    this.#status.observe(observed, this.#spec, this.#host.services.clock.now());
  }

  /** Reconciles in the background, at its turn and after any pause. */
  schedule(): void {
    if (this.#host.backend === undefined) return;
    if (this.#reconciliation !== undefined) {
      this.#reconciliation.requestedAgain = true;
      return;
    }
    const needsRequest = this.#spec.needsRequest(this.observation.observed);
    const pauseMs = needsRequest ? this.#host.quarantine.pauseMs(this.path, this.payload) : 0;
    if (pauseMs > 0) this.#schedule.startAfter(pauseMs);
    else this.#schedule.start(needsRequest);
  }

  reconcileNow(): void {
    this.#reconcileFor('background');
  }

  /** Adds `waiter` to the present reconciliation, or starts one for it. */
  #reconcileFor(waiter: Waiter): void {
    if (this.#reconciliation !== undefined) {
      this.#reconciliation.waiters.push(waiter);
      return;
    }
    this.#reconciliation = { waiters: [waiter], requestedAgain: false, attempts: 0, sent: undefined };
    this.#host.quarantine.admit(this);
  }

  /** Calls that come before this share one reconciliation. */
  begin(): void {
    const reconciliation = this.#reconciliation;
    if (reconciliation === undefined) return;
    this.#schedule.cancel();
    reconciliation.requestedAgain = false;
    this.#step(() => this.#continue(reconciliation, false));
  }

  #step(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param wasRead whether the observed node comes from a read, not from a watch or from an answer */
  #continue(reconciliation: Reconciliation, wasRead: boolean): void {
    const action = this.#spec.nextStep(this.observation.observed, wasRead);
    const outcome = this.#outcomeOf(action);
    if (outcome !== undefined) this.#succeed(reconciliation, outcome);
    else this.#apply(reconciliation, action);
  }

  /** The outcome if there is nothing more to do for now. Throws the reason if the desired state cannot be reached. */
  #outcomeOf(action: Action): boolean | undefined {
    switch (action.do) {
      case 'nothing':
        this.#accept();
        return true;
      case 'wait':
        this.#accept();
        this.#status.yieldTo(action.owner);
        return false;
      case 'refuse':
        throw refusalError(this.path, action.why);
      case 'read':
        return undefined;
      default:
        return this.#delayCorrection();
    }
  }

  #accept(): void {
    this.#spec.accept();
    this.#schedule.succeeded();
    if (!this.#spec.isRegistration) this.#finish();
    else if (this.observation.startWatch()) this.#host.onWatching(this.path);
  }

  /** True if our node was changed and must not be corrected yet; schedules the correction. */
  #delayCorrection(): true | undefined {
    const pauseMs = this.#spec.isAccepted ? this.#status.pauseMs(this.#host.services.clock.now()) : 0;
    if (pauseMs === 0) return undefined;
    this.#schedule.startAfter(pauseMs);
    return true;
  }

  #apply(reconciliation: Reconciliation, action: Action): void {
    if (reconciliation.attempts >= maxAttempts) throw tooManyAttempts(this.path);
    const { backend, services, sessions } = this.#host;
    if (backend === undefined) throw services.connection.noConnection(this.path);
    const { desired } = this.#spec;
    const before = this.observation.observed;
    reconciliation.attempts += 1;
    reconciliation.sent = desired;
    const session = sessions.current ?? 0n;
    const failed = (error: unknown): void => this.#step(() => this.#onError(reconciliation, action, desired, error));
    const applied = (mutation: Mutation): void => {
      this.observation.replace(before, observedAfter(mutation, before, session));
      if (mutation.do === 'create' || mutation.do === 'replace') this.#spec.markLeftover();
      this.#continue(reconciliation, false);
    };
    if (!isMutation(action)) this.#read(reconciliation, before, failed);
    else applyAction(this.path, action, backend).then(() => this.#step(() => applied(action)), failed);
  }

  #read(reconciliation: Reconciliation, before: ObservedNode, failed: (error: unknown) => void): void {
    const { observation } = this;
    const done = (after: ObservedNode): void =>
      this.#step(() => this.#continue(reconciliation, observation.replace(before, after)));
    observation.read().then(done, failed);
  }

  #onError(reconciliation: Reconciliation, action: Action, desired: DesiredState, error: unknown): void {
    const unknown = this.observation.forget();
    if (isConcurrentChange(error)) {
      this.#read(reconciliation, unknown, (thrown) => this.fail(thrown));
      return;
    }
    if (hasUnknownOutcome(action, error)) this.#spec.markLeftover();
    // The desired state may have changed meanwhile: then the new one gets its own attempt.
    if (this.#spec.desired === desired) throw error;
    this.#continue(reconciliation, false);
  }

  #succeed(reconciliation: Reconciliation, isReached: boolean): void {
    // Before the callers are notified: a later call starts a new reconciliation.
    this.#reconciliation = undefined;
    this.#host.quarantine.onEnded(this, { type: 'answered' });
    for (const waiter of reconciliation.waiters) if (waiter !== 'background') waiter.resolve(isReached);
  }

  fail(error: unknown): void {
    const reconciliation = this.#reconciliation;
    if (reconciliation === undefined) return;
    this.#reconciliation = undefined;
    const reported = this.#host.quarantine.onEnded(this, endBy(error, this.path, reconciliation.sent)) ?? error;
    for (const waiter of reconciliation.waiters) {
      if (waiter === 'background') this.#onBackgroundFailure(reported, reconciliation.requestedAgain);
      else this.#rejectCall(waiter, reported);
    }
  }

  #rejectCall(call: WriteCall, error: unknown): void {
    if (this.#spec.desired === call.desired) this.#revert();
    // A deferred write replaced it meanwhile, and no call waits for that.
    else if (this.#spec.isAccepted) this.schedule();
    call.reject(error);
  }

  /** Restores the previous desired state, or makes sure that no node of ours is left. */
  #revert(): void {
    this.#spec.revert();
    if (this.#spec.isNeeded || this.#status.registered) this.schedule();
    else this.#host.onDone(this.path, this);
  }

  #onBackgroundFailure(thrown: unknown, requestedAgain: boolean): void {
    const error = toRegistryError(thrown, { path: this.path });
    const isConnected = this.#host.backend !== undefined;
    const { isRegistration } = this.#spec;
    const { report, next } = afterFailure(error, { isConnected, requestedAgain, isRegistration });
    if (report) this.#host.services.fault(error);
    if (next === 'schedule') this.schedule();
    else if (next === 'retry') this.#schedule.retry();
    else if (next === 'give up') this.#finish();
  }

  /** There is nothing left to reconcile. */
  #finish(): void {
    this.observation.stopWatch();
    this.#status.markUnregistered('unset');
    this.#host.onDone(this.path, this);
  }
}
