import type { RawNode } from '../backend/raw-node.js';
import type { BackendWatch, RegistryBackend, WatchObserver } from '../backend/registry-backend.js';
import type { KeepAlive } from '../connection/keep-alive.js';
import type { RestoreProgress } from '../connection/outage-log.js';
import { toRegistryError } from '../errors/background-errors.js';
import { NoConnectionError, RequestRefusedError, StoppedError } from '../errors/connection-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import { type DesiredState, payloadOf } from './desired-state.js';
import { type Action, nextAction } from './next-action.js';
import { notYetRead, type ObservedNode, type OwnSessions, observedFrom } from './observed-node.js';
import type { Payload, ReconciliationEnd } from './quarantine.js';
import { ReconcileSchedule, type Scheduled, type ScheduleHost } from './reconcile-schedule.js';
import { Reconciliation, type ReconciliationSubject, type Waiter, type WriteCall } from './reconciliation.js';
import { isRefusal, refusalError } from './refusal.js';
import { RegistrationStatus, type RegistrationStatusHost } from './registration-status.js';

/** The parts of the registry that a reconciler uses. */
export interface ReconcilerHost extends RegistrationStatusHost, ScheduleHost {
  /** Begins `reconciliation` in a microtask, or as soon as the quarantine admits it. */
  enqueue(reconciliation: Reconciliation): void;
  /** `reconciliation` has ended. Returns an error to report instead of its own. */
  onEnded(reconciliation: Reconciliation, end: ReconciliationEnd): Error | undefined;
  /** How long `payload` must not be sent to `path`, ms. */
  pauseMs(path: string, payload: Payload): number;
  /** A desired registration keeps the process alive. */
  readonly keepAlive: KeepAlive;
  /** Undefined while there is no connection. */
  readonly backend: RegistryBackend | undefined;
  readonly sessions: OwnSessions;
  /** The error for a request about `path` that cannot be sent. */
  noConnection(path: string): NoConnectionError;
  fault(error: ServiceRegistryError): void;
  /** `reconciler` has nothing left to do at `path`. */
  onDone(path: string, reconciler: RegistrationReconciler): void;
}

/** The node as a reconciler knows it. */
export interface ObservedState {
  readonly deliveries: number;
  /** `unreported`: the watch has reported nothing on this connection. */
  readonly observed: ObservedNode | 'unreported';
}

/**
 * Brings one path to its desired state and keeps it there, by one reconciliation at a time.
 * A call that fails restores the previous desired state, and a node that the call may have created is removed.
 */
export class RegistrationReconciler implements WatchObserver, Scheduled, ReconciliationSubject {
  readonly #path: string;
  readonly #host: ReconcilerHost;
  readonly #status: RegistrationStatus;
  readonly #schedule: ReconcileSchedule;
  #desired: DesiredState;
  /** The latest desired state that was reached, or was accepted for later. */
  #accepted: DesiredState | undefined;
  #observed = notYetRead;
  #established = false;
  /** True if a node that we created, or may have created, exists although its desired state was not accepted. */
  #mayHaveLeftover = false;
  #reconciliation: Reconciliation | undefined;
  #watch: BackendWatch | undefined;
  /** How many observations of the node there were. */
  #deliveries = 0;
  /** On this connection. */
  #hasWatchReported = false;

  constructor(path: string, desired: DesiredState, host: ReconcilerHost) {
    this.#path = path;
    this.#desired = desired;
    this.#host = host;
    this.#status = new RegistrationStatus(path, host);
    this.#schedule = new ReconcileSchedule(host, this);
  }

  get path(): string {
    return this.#path;
  }

  get desired(): DesiredState {
    return this.#desired;
  }

  get observed(): ObservedNode {
    return this.#observed;
  }

  get backend(): RegistryBackend | undefined {
    return this.#host.backend;
  }

  get sessions(): OwnSessions {
    return this.#host.sessions;
  }

  noConnection(): NoConnectionError {
    return this.#host.noConnection(this.#path);
  }

  /** Applies the desired state of `call`. */
  apply(call: WriteCall): void {
    this.#adopt(call.desired);
    this.#schedule.cancel();
    this.#addWaiter(call);
  }

  /** Applies `desired` once there is a connection. */
  defer(desired: DesiredState): void {
    this.#adopt(desired);
    this.#accepted = desired;
    this.#schedule.usePace();
  }

  /** There is a new connection: reconciles again. */
  connected(session: 'new' | 'same'): void {
    this.#schedule.reset();
    // We had given up the session, and the server kept it, with our node.
    if (this.#watch === undefined && session === 'same' && this.#established) this.restartWatch();
    // A running watch reports the node after each connect, and that starts the reconciliation.
    if (this.#watch !== undefined) return;
    this.#schedule.usePace();
    this.schedule();
  }

  /** The connection broke: the node may change unnoticed. */
  suspended(): void {
    this.#schedule.cancel();
    this.#observed = { state: 'unknown' };
    this.#hasWatchReported = false;
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
    this.#watch?.dispose();
    this.#watch = undefined;
  }

  node(raw: RawNode): void {
    this.#hasWatchReported = true;
    this.#observe(observedFrom(raw, this.#host.sessions));
    this.schedule();
  }

  fault(error: ServiceRegistryError): void {
    this.#host.fault(error);
  }

  /** The observed state, to compare it with the servers'. Undefined while there is nothing to compare. */
  get observedState(): ObservedState | undefined {
    if (this.#watch === undefined || this.#reconciliation !== undefined || this.#host.backend === undefined)
      return undefined;
    return { deliveries: this.#deliveries, observed: this.#hasWatchReported ? this.#observed : 'unreported' };
  }

  /** How far the registration is restored on this connection. Undefined if none is desired. */
  get restoration(): keyof RestoreProgress | undefined {
    if (!isRegistration(this.#desired)) return undefined;
    const { do: next } = nextAction(this.#desired, this.#observed, this.#established);
    if (next === 'nothing') return 'restored';
    return next === 'wait' || this.#schedule.hasFailed ? 'failed' : 'pending';
  }

  /** The node as the servers have it now, no matter what the watch reported. */
  async read(): Promise<ObservedNode> {
    const { backend, sessions } = this.#host;
    if (backend === undefined) throw this.noConnection();
    return observedFrom(await backend.read(this.#path, { children: 'none' }), sessions);
  }

  /** Restarts the watch. Its first report starts a reconciliation. */
  restartWatch(): void {
    this.#watch?.dispose();
    this.#watch = this.#host.backend?.watch(this.#path, { children: 'none' }, this);
  }

  #adopt(desired: DesiredState): void {
    if (!isRegistration(this.#desired)) this.#established = false;
    this.#setDesired(desired);
  }

  #setDesired(desired: DesiredState): void {
    this.#desired = desired;
    this.#host.keepAlive.set(this, isRegistration(desired));
  }

  /** A call failed: restores the previous desired state, or makes sure that no node of ours is left. */
  #revert(): void {
    this.#setDesired(this.#accepted ?? { state: 'absent', scope: 'own' });
    if (this.#accepted !== undefined || this.#mayHaveLeftover || this.#status.registered) this.schedule();
    else this.#host.onDone(this.#path, this);
  }

  /** Reconciles in the background, now. A failure becomes a `fault` event and is retried. */
  reconcileNow(): void {
    this.#addWaiter('background');
  }

  /** Reconciles in the background, at its turn and after any pause. */
  schedule(): void {
    if (this.#host.backend === undefined) return;
    if (this.#reconciliation !== undefined) {
      this.#reconciliation.requestedAgain = true;
      return;
    }
    const costs = this.#needsRequest;
    const pauseMs = costs ? this.#host.pauseMs(this.#path, payloadOf(this.#path, this.#desired)) : 0;
    if (pauseMs > 0) this.#schedule.startAfter(pauseMs);
    else this.#schedule.start(costs);
  }

  /** True if the next action sends a request. */
  get #needsRequest(): boolean {
    const action = nextAction(this.#desired, this.#observed, this.#established);
    return action.do !== 'nothing' && action.do !== 'wait';
  }

  #retryLater(error: ServiceRegistryError, requestedAgain: boolean): void {
    if (error instanceof RequestRefusedError) {
      // The connection closed because of it: the pause starts now, or with the next connection.
      this.#host.fault(error);
      this.schedule();
      return;
    }
    // Without a connection there is nothing to report or retry; the next connection starts a reconciliation.
    if (this.#host.backend === undefined) return;
    const isDisconnected = error instanceof NoConnectionError || error instanceof StoppedError;
    if (isDisconnected && requestedAgain) {
      // The next connection was there before this reconciliation learned that the last one was gone.
      this.schedule();
      return;
    }
    if (!isDisconnected) this.#host.fault(error);
    // Reported once: a refused write must not be applied to a node that another client creates later.
    if (isRefusal(error) && !isRegistration(this.#desired)) this.#finish();
    else this.#schedule.retry();
  }

  /** Adds `waiter` to the running reconciliation, or starts a new one for it. */
  #addWaiter(waiter: Waiter): void {
    if (this.#reconciliation !== undefined) {
      this.#reconciliation.addWaiter(waiter);
    } else {
      this.#reconciliation = new Reconciliation(this, waiter);
      this.#host.enqueue(this.#reconciliation);
    }
  }

  onBegin(): void {
    this.#schedule.cancel();
  }

  onEnd(end: ReconciliationEnd): Error | undefined {
    const reconciliation = this.#reconciliation;
    this.#reconciliation = undefined;
    return reconciliation === undefined ? undefined : this.#host.onEnded(reconciliation, end);
  }

  onWaiterFailed(waiter: Waiter, error: unknown, requestedAgain: boolean): void {
    if (waiter === 'background') {
      this.#retryLater(toRegistryError(error, { path: this.#path }), requestedAgain);
      return;
    }
    if (this.#desired === waiter.desired) this.#revert();
    // A deferred write replaced it meanwhile, and no call waits for that.
    else if (this.#desired === this.#accepted) this.schedule();
    waiter.reject(error);
  }

  /** Never refuses because of a watch report, whose number of children may be outdated: reads the node first. */
  nextAction(wasRead: boolean): Action {
    const action = nextAction(this.#desired, this.#observed, this.#established);
    return action.do === 'refuse' && !wasRead ? { do: 'read' } : action;
  }

  outcomeOf(action: Action): boolean | undefined {
    switch (action.do) {
      case 'nothing':
        this.#accept();
        return true;
      case 'wait':
        this.#accept();
        this.#status.yieldTo(action.owner);
        return false;
      case 'refuse':
        throw refusalError(this.#path, action.why);
      case 'read':
        return undefined;
      default:
        return this.#delayCorrection();
    }
  }

  #accept(): void {
    this.#accepted = this.#desired;
    this.#schedule.succeeded();
    this.#mayHaveLeftover = false;
    if (isRegistration(this.#desired)) {
      this.#established = true;
      this.#watch ??= this.#host.backend?.watch(this.#path, { children: 'none' }, this);
    } else {
      this.#finish();
    }
  }

  /** There is nothing left to reconcile. */
  #finish(): void {
    this.#watch?.dispose();
    this.#watch = undefined;
    this.#status.markUnregistered('unset');
    this.#host.onDone(this.#path, this);
  }

  /** True if our node was changed and must not be corrected yet; schedules the correction. */
  #delayCorrection(): true | undefined {
    if (this.#desired !== this.#accepted) return undefined;
    const pauseMs = this.#status.pauseMs(this.#host.clock.now());
    if (pauseMs === 0) return undefined;
    this.#schedule.startAfter(pauseMs);
    return true;
  }

  forgetObserved(): ObservedNode {
    this.#observed = { state: 'unknown' };
    return this.#observed;
  }

  onMayHaveLeftover(): void {
    this.#mayHaveLeftover = true;
  }

  observeAfter(before: ObservedNode, after: ObservedNode): boolean {
    // The watch may have reported a newer state since `before`.
    const isCurrent = this.#observed === before;
    if (isCurrent) this.#observe(after);
    return isCurrent;
  }

  #observe(observed: ObservedNode): void {
    const wasRegistered = this.#status.registered && this.#desired === this.#accepted;
    this.#observed = observed;
    this.#deliveries += 1;
    if (this.#desired.state === 'present' && this.#desired.kind === 'persistent') return;
    // A node that was found only to be removed is not reported as a registration.
    if (this.#desired.state === 'absent' && observed.state === 'present' && observed.owner === 'us') return;
    this.#status.update(observed, this.#reasonFor(observed));
    if (wasRegistered && nextAction(this.#desired, observed, this.#established).do !== 'nothing')
      this.#status.recordInterference(this.#host.clock.now());
  }

  #reasonFor(observed: ObservedNode): 'unset' | 'removed' | 'taken' {
    if (this.#desired.state === 'absent') return 'unset';
    return observed.state === 'present' ? 'taken' : 'removed';
  }
}

function isRegistration(desired: DesiredState): boolean {
  return desired.state === 'present' && desired.kind === 'ephemeral';
}
