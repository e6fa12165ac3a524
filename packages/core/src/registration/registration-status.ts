import type { EventHub } from '../events/event-hub.js';
import { formatId, type RegistryEvents } from '../events/registry-events.js';
import type { Logger } from '../log/logger.js';
import { type BackoffOptions, backoffMs } from '../time/backoff.js';
import type { DesiredState } from './desired-state.js';
import type { ObservedNode } from './observed-node.js';
import type { RegistrationSpec } from './registration-spec.js';

type UnregisteredReason = RegistryEvents['unregistered']['reason'];

const correctionBackoff: BackoffOptions = { firstMs: 100, longestMs: 30_000 };
/** After this time without interference the count starts again, ms. */
const correctionMemoryMs = 60_000;

export interface RegistrationStatusHost {
  readonly events: EventHub;
  readonly logger: Logger;
}

/** The latest interference by another client. */
interface Interference {
  readonly inARow: number;
  readonly at: number;
  /** The node is not corrected before this time. */
  readonly notBefore: number;
}

/** The status of one registration: the events that the application got about it, and how often other clients interfered. */
export class RegistrationStatus {
  readonly #path: string;
  readonly #host: RegistrationStatusHost;
  #registered = false;
  #competingOwner: bigint | undefined;
  #interference: Interference | undefined;

  constructor(path: string, host: RegistrationStatusHost) {
    this.#path = path;
    this.#host = host;
  }

  /** Takes over an observation: reports the change, and counts it as interference if it is not the accepted state. */
  observe(observed: ObservedNode, spec: RegistrationSpec, now: number): void {
    const { desired } = spec;
    const wasRegistered = this.#registered && spec.isAccepted;
    if (desired.state === 'present' && desired.kind === 'persistent') return;
    // A node that was found only to be removed is not reported as a registration.
    if (desired.state === 'absent' && observed.state === 'present' && observed.owner === 'us') return;
    this.update(observed, reasonFor(desired, observed));
    if (wasRegistered && spec.nextAction(observed).do !== 'nothing') this.recordInterference(now);
  }

  /** @param reason the reason to report if the node is no longer ours */
  update(observed: ObservedNode, reason: UnregisteredReason): void {
    if (observed.state === 'unknown') return;
    if (observed.state === 'present' && observed.owner === 'us') this.#markRegistered();
    else this.markUnregistered(reason);
  }

  /** The node is not ours, or no longer. */
  markUnregistered(reason: UnregisteredReason): void {
    if (!this.#registered) return;
    this.#registered = false;
    this.#host.events.emit('unregistered', { path: this.#path, reason });
  }

  /** We yield to the session `owner`. Reported once for each competing owner. */
  yieldTo(owner: bigint): void {
    this.markUnregistered('taken');
    if (this.#competingOwner === owner) return;
    this.#competingOwner = owner;
    const id = formatId(owner);
    this.#host.logger.warn(`${this.#path} was registered by another session (${id}); waiting until that is gone`);
    this.#host.events.emit('conflict', { path: this.#path, owner: id });
  }

  /** Another client changed or deleted the node. The pause before it is corrected grows each time. */
  recordInterference(now: number): void {
    const last = this.#interference;
    const inARow = last !== undefined && now - last.at <= correctionMemoryMs ? last.inARow + 1 : 1;
    this.#interference = { inARow, at: now, notBefore: now + correctionPauseMs(inARow) };
  }

  /** The pause before the node is corrected, ms. */
  pauseMs(now: number): number {
    return this.#interference === undefined ? 0 : Math.max(0, this.#interference.notBefore - now);
  }

  get registered(): boolean {
    return this.#registered;
  }

  #markRegistered(): void {
    this.#competingOwner = undefined;
    if (this.#registered) return;
    this.#registered = true;
    this.#host.events.emit('registered', { path: this.#path });
  }
}

function reasonFor(desired: DesiredState, observed: ObservedNode): UnregisteredReason {
  if (desired.state === 'absent') return 'unset';
  return observed.state === 'present' ? 'taken' : 'removed';
}

/**
 * The pause before the `count`-th correction in a row of a node that another client changed or deleted, ms.
 * The first correction is immediate; then the pause doubles from 100 ms up to 30 s. A Python process that was given the
 * same path answers every change immediately and never stops, so this registry is the one that slows down.
 */
export function correctionPauseMs(count: number): number {
  if (count <= 1) return 0;
  return backoffMs(count - 2, correctionBackoff);
}
