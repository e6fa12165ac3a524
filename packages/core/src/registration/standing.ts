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

/** How one registration stands: what the application was told of it, and how often strangers disturbed it. */
export class Standing {
  readonly #path: string;
  readonly #host: StandingHost;
  #registered = false;
  #rival: bigint | undefined;
  #disturbances = 0;
  #disturbedAt = Number.NEGATIVE_INFINITY;
  #notBefore = Number.NEGATIVE_INFINITY;

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
    if (now - this.#disturbedAt > correctionMemoryMs) this.#disturbances = 0;
    this.#disturbances += 1;
    this.#disturbedAt = now;
    this.#notBefore = now + correctionPauseMs(this.#disturbances);
  }

  /** How long to wait before the node may be put right, ms. */
  pauseMs(now: number): number {
    return Math.max(0, this.#notBefore - now);
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
