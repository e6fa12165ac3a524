import type { EventHub } from '../events/event-hub.js';
import { formatId, type RegistryEvents } from '../events/registry-events.js';
import type { Logger } from '../log/logger.js';
import { correctionMemoryMs, correctionPauseMs } from './correction-pause.js';
import type { Seen } from './seen.js';

type UnregisteredReason = RegistryEvents['unregistered']['reason'];

export interface StandingHost {
  readonly events: EventHub;
  readonly logger: Logger;
}

/** The last one. */
interface Disturbance {
  readonly inARow: number;
  readonly at: number;
  /** When the node may be put right. */
  readonly notBefore: number;
}

/** How one registration stands: what the application was told of it, and how often strangers disturbed it. */
export class Standing {
  readonly #path: string;
  readonly #host: StandingHost;
  #registered = false;
  #rival: bigint | undefined;
  #disturbance: Disturbance | undefined;

  constructor(path: string, host: StandingHost) {
    this.#path = path;
    this.#host = host;
  }

  /** Something new is known of the node. `reason`: why it would no longer be ours. */
  update(seen: Seen, reason: UnregisteredReason): void {
    if (seen.at === 'unknown') return;
    if (seen.at === 'present' && seen.owner === 'us') this.#stand();
    else this.end(reason);
  }

  /** The node is not ours, or no longer. */
  end(reason: UnregisteredReason): void {
    if (!this.#registered) return;
    this.#registered = false;
    this.#host.events.emit('unregistered', { path: this.#path, reason });
  }

  /** We yield to the session `owner`; said once for each rival. */
  yieldTo(owner: bigint): void {
    this.end('taken');
    if (this.#rival === owner) return;
    this.#rival = owner;
    const rival = formatId(owner);
    this.#host.logger.warn(`${this.#path} was registered by another session (${rival}); waiting until that is gone`);
    this.#host.events.emit('conflict', { path: this.#path, owner: rival });
  }

  /** A stranger changed or deleted the node; it is not to be put right before a pause that grows. */
  disturb(now: number): void {
    const last = this.#disturbance;
    const inARow = last !== undefined && now - last.at <= correctionMemoryMs ? last.inARow + 1 : 1;
    this.#disturbance = { inARow, at: now, notBefore: now + correctionPauseMs(inARow) };
  }

  /** How long to wait before the node may be put right, ms. */
  pauseMs(now: number): number {
    return this.#disturbance === undefined ? 0 : Math.max(0, this.#disturbance.notBefore - now);
  }

  get registered(): boolean {
    return this.#registered;
  }

  #stand(): void {
    this.#rival = undefined;
    if (this.#registered) return;
    this.#registered = true;
    this.#host.events.emit('registered', { path: this.#path });
  }
}
