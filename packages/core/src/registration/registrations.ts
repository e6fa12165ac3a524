import type { RegistryBackend } from '../backend/registry-backend.js';
import type { ConnectionState } from '../connection/connection-state.js';
import type { RestoreProgress } from '../connection/outage-log.js';
import { NotOwnerError } from '../errors/node-errors.js';
import { NextStep } from '../time/next-step.js';
import type { DesiredState } from './desired-state.js';
import type { OwnSessions } from './observed-node.js';
import { Quarantine } from './quarantine.js';
import type { ReconcilerHost, RegistryServices, Startable } from './reconciler-host.js';
import { RegistrationReconciler } from './registration-reconciler.js';
import { type PaceOptions, RestorePace } from './restore-pace.js';
import type { WriteCall } from './write-call.js';

export interface RegistrationsHost extends RegistryServices, PaceOptions {
  readonly requestTimeoutMs: number;
  /** Without a connection, writes are either rejected or deferred. */
  readonly offline: 'throw' | 'defer';
  /** Called after a warning about a missing connection was logged. */
  onWarning?(): void;
  /** Called with each reconciler that starts to watch its node, perhaps again, and with each that has nothing left to do. */
  onWatching?(reconciler: RegistrationReconciler): void;
  onRemoved?(reconciler: RegistrationReconciler): void;
}

/** How many earlier sessions are remembered, to recognise stale nodes that they left. */
const maxPastSessions = 100;

/** Everything that this registry wants to exist: one reconciler for each path, and the sessions of this registry. */
export class Registrations implements ReconcilerHost {
  readonly services: RegistrationsHost;
  readonly pace: RestorePace;
  readonly quarantine: Quarantine<Startable>;
  readonly #reconcilers = new Map<string, RegistrationReconciler>();
  readonly #pastSessions = new Set<bigint>();
  #sessions: OwnSessions = { current: undefined, past: this.#pastSessions };
  readonly #nextStep = new NextStep<() => void>((step) => step());
  #backend: RegistryBackend | undefined;

  constructor(services: RegistrationsHost) {
    const { clock, random, requestTimeoutMs, connection } = services;
    this.services = services;
    this.quarantine = new Quarantine({
      clock,
      random,
      requestTimeoutMs,
      start: (reconciler) => this.#nextStep.add(() => reconciler.begin()),
      noConnection: (path) => connection.noConnection(path),
      fault: (error) => services.fault(error),
    });
    this.pace = new RestorePace(services);
    connection.subscribe((state, previous) => this.#onConnectionState(state, previous));
  }

  get backend(): RegistryBackend | undefined {
    return this.services.connection.phase === 'connected' ? this.#backend : undefined;
  }

  get sessions(): OwnSessions {
    return this.#sessions;
  }

  /** Runs `step` in a microtask, in order. The reconciliations that the steps start begin after the last step. */
  nextStep(step: () => void): void {
    this.#nextStep.add(step);
  }

  onWatching(path: string): void {
    const reconciler = this.#reconcilers.get(path);
    if (reconciler !== undefined) this.services.onWatching?.(reconciler);
  }

  onDone(path: string, reconciler: Startable): void {
    const known = this.#reconcilers.get(path);
    if (known === undefined || known !== reconciler) return;
    this.#reconcilers.delete(path);
    this.quarantine.forget(path);
    this.services.onRemoved?.(known);
  }

  attach(backend: RegistryBackend): void {
    this.#backend = backend;
  }

  /** The backend is about to be closed. The desired states are kept for the next backend. */
  detach(): void {
    for (const reconciler of this.#reconcilers.values()) reconciler.detach();
    this.#backend = undefined;
  }

  /** Counts the registrations by how far they are restored on this connection. */
  get progress(): RestoreProgress {
    const count = { restored: 0, pending: 0, failed: 0 };
    for (const reconciler of this.#reconcilers.values()) {
      const { restoration } = reconciler;
      if (restoration !== undefined) count[restoration] += 1;
    }
    return count;
  }

  /** The current desired state of `path`. */
  desiredAt(path: string): DesiredState | undefined {
    return this.#reconcilers.get(path)?.desired;
  }

  /**
   * Applies the desired state of `call`. Resolves the call to false when it was deferred (no connection), or when another live
   * session owns the path and we wait until its node is gone.
   *
   * @throws {NoConnectionError} synchronously without a connection, unless writes are deferred
   * @throws {NotOwnerError} synchronously: data for a path that is registered here
   */
  set(call: WriteCall): void {
    const { path } = call;
    const known = this.#reconcilers.get(path)?.desired;
    if (wantsDataAtRegistration(call.desired, known)) {
      throw new NotOwnerError(path, `${path} is a registration of this registry (setNode); unset it before setData`);
    }
    if (withdraws(call.desired, known)) call.desired = ownOnly;
    if (this.backend === undefined) call.resolve(this.#defer(path, call.desired));
    else this.#reconcilerFor(path, call.desired).apply(call);
  }

  #defer(path: string, desired: DesiredState): boolean {
    if (this.services.offline === 'throw') throw this.services.connection.noConnection(path);
    this.#reconcilerFor(path, desired).defer(desired);
    this.services.logger.warn(`Not connected; ${path} will be ${desired.state === 'present' ? 'set' : 'unset'} later`);
    this.services.onWarning?.();
    return false;
  }

  #reconcilerFor(path: string, desired: DesiredState): RegistrationReconciler {
    const known = this.#reconcilers.get(path);
    if (known !== undefined) return known;
    const reconciler = new RegistrationReconciler(path, desired, this);
    this.#reconcilers.set(path, reconciler);
    return reconciler;
  }

  #onConnectionState(state: ConnectionState, previous: ConnectionState): void {
    const session = state.phase === 'connected' && this.#adoptSession(state.session.id) ? 'new' : 'same';
    if (state.phase === 'connected') this.quarantine.connected();
    else this.quarantine.disconnected();
    if (state.phase !== 'connected') this.pace.clear();
    else if (previous.phase !== 'connected') this.pace.restart();
    for (const reconciler of [...this.#reconcilers.values()]) {
      if (state.phase === 'connected') reconciler.connected(session);
      else if (state.phase === 'suspended') reconciler.suspended();
      else if (state.phase === 'lost' || state.phase === 'stopped') reconciler.lost(state.phase);
    }
  }

  /** Returns whether this is another session than before. */
  #adoptSession(session: bigint): boolean {
    const { current } = this.#sessions;
    if (session === current) return false;
    if (current !== undefined) this.#pastSessions.add(current);
    this.#pastSessions.delete(session);
    this.#sessions = { current: session, past: this.#pastSessions };
    for (const oldest of this.#pastSessions) {
      if (this.#pastSessions.size <= maxPastSessions) break;
      this.#pastSessions.delete(oldest);
    }
    return true;
  }
}

/** Withdrawing a registration only ends our own interest: a competing owner to which we have yielded keeps its node. */
const ownOnly: DesiredState = { state: 'absent', scope: 'own' };

function withdraws(desired: DesiredState, known: DesiredState | undefined): boolean {
  return desired.state === 'absent' && desired.scope !== 'any' && known !== undefined && isPresent(known, 'ephemeral');
}

function wantsDataAtRegistration(desired: DesiredState, known: DesiredState | undefined): boolean {
  return isPresent(desired, 'persistent') && known !== undefined && isPresent(known, 'ephemeral');
}

function isPresent(desired: DesiredState, kind: 'ephemeral' | 'persistent'): boolean {
  return desired.state === 'present' && desired.kind === kind;
}
