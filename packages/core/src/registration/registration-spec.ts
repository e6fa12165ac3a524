import type { KeepAlive } from '../connection/keep-alive.js';
import type { RestoreProgress } from '../connection/outage-log.js';
import type { DesiredState } from './desired-state.js';
import { type Action, nextAction } from './next-action.js';
import type { ObservedNode } from './observed-node.js';

/** The state that is desired at one path, and the one to return to when a call fails. */
export class RegistrationSpec {
  #desired: DesiredState;
  /** The latest desired state that was reached, or was accepted for later. */
  #accepted: DesiredState | undefined;
  readonly #keepAlive: KeepAlive;
  #isEstablished = false;
  #mayHaveLeftover = false;

  /** @param keepAlive keeps the process alive while a registration is accepted */
  constructor(desired: DesiredState, keepAlive: KeepAlive) {
    this.#desired = desired;
    this.#keepAlive = keepAlive;
  }

  get desired(): DesiredState {
    return this.#desired;
  }

  get isRegistration(): boolean {
    return this.#desired.state === 'present' && this.#desired.kind === 'ephemeral';
  }

  get isAccepted(): boolean {
    return this.#desired === this.#accepted;
  }

  /** True if the desired registration has existed as ours before. */
  get isEstablished(): boolean {
    return this.#isEstablished;
  }

  /** False if no call has succeeded and no call can have left a node behind. */
  get isNeeded(): boolean {
    return this.#accepted !== undefined || this.#mayHaveLeftover;
  }

  set(desired: DesiredState): void {
    if (!this.isRegistration) this.#isEstablished = false;
    this.#desired = desired;
  }

  /** Accepts `desired` for later. */
  defer(desired: DesiredState): void {
    this.set(desired);
    this.#acceptDesired();
  }

  /** The desired state is reached, or another session owns the path and we yield. */
  accept(): void {
    this.#acceptDesired();
    this.#mayHaveLeftover = false;
    if (this.isRegistration) this.#isEstablished = true;
  }

  /** A call failed: restores the accepted state. If there is none, no node of ours must be left. */
  revert(): void {
    this.#desired = this.#accepted ?? { state: 'absent', scope: 'own' };
  }

  /** A node that we created, or may have created, exists although its desired state was not accepted. */
  markLeftover(): void {
    this.#mayHaveLeftover = true;
  }

  nextAction(observed: ObservedNode): Action {
    return nextAction(this.#desired, observed, this.#isEstablished);
  }

  /**
   * As `nextAction`, but never refuses because of a watch report, whose number of children may be outdated: reads first.
   *
   * @param wasRead whether the observed node comes from a read, not from a watch or from an answer
   */
  nextStep(observed: ObservedNode, wasRead: boolean): Action {
    const action = this.nextAction(observed);
    return action.do === 'refuse' && !wasRead ? { do: 'read' } : action;
  }

  /** True if the next action sends a request. */
  needsRequest(observed: ObservedNode): boolean {
    const { do: next } = this.nextAction(observed);
    return next !== 'nothing' && next !== 'wait';
  }

  /** How far the registration is restored. Undefined if none is desired. */
  restoration(observed: ObservedNode, hasFailed: boolean): keyof RestoreProgress | undefined {
    if (!this.isRegistration) return undefined;
    const { do: next } = this.nextAction(observed);
    if (next === 'nothing') return 'restored';
    return next === 'wait' || hasFailed ? 'failed' : 'pending';
  }

  #acceptDesired(): void {
    this.#accepted = this.#desired;
    this.#keepAlive.set(this, this.isRegistration);
  }
}
