import type { RawNode } from '../backend/raw-node.js';
import type { Connection } from '../connection/connection.js';
import type { EventHub } from '../events/event-hub.js';
import type { CancelTimer, Clock } from '../time/clock.js';
import type { LastVerified } from './freshness.js';

/** With fewer children than this, an empty list is plausible: the only instance may well be gone. */
const minChildren = 2;

export interface ListChange {
  /** Number of children shown now. */
  readonly shown: number;
  /** Number of children in the new list. */
  readonly next: number;
  /** Milliseconds since the connection was established; `Infinity` without one. */
  readonly connectedForMs: number;
  readonly holdMs: number;
}

/** True if a list became empty suspiciously soon after connecting. */
export function isSuspiciouslyEmpty({ shown, next, connectedForMs, holdMs }: ListChange): boolean {
  return shown >= minChildren && next === 0 && connectedForMs < holdMs;
}

interface GuardHost {
  readonly clock: Clock;
  readonly connection: Connection;
  readonly events: EventHub;
  readonly holdMs: number;
}

/** Implements `guardEmpty`: measures how long the registry has been connected, and emits `held` events. */
export class EmptyGuard {
  readonly clock: Clock;
  readonly holdMs: number;
  readonly #events: EventHub;
  #connectedAt: number | undefined;

  constructor({ clock, connection, events, holdMs }: GuardHost) {
    this.clock = clock;
    this.holdMs = holdMs;
    this.#events = events;
    connection.subscribe(({ phase }) => {
      this.#connectedAt = phase === 'connected' ? clock.now() : undefined;
    });
  }

  isSuspicious(shown: number, next: number): boolean {
    const connectedForMs =
      this.#connectedAt === undefined ? Number.POSITIVE_INFINITY : this.clock.now() - this.#connectedAt;
    return isSuspiciouslyEmpty({ shown, next, connectedForMs, holdMs: this.holdMs });
  }

  emit(path: string, held: boolean, children: number): void {
    this.#events.emit('held', { path, held, children });
  }
}

/** An empty node that is held back until it is replaced or its time is over. */
export class EmptyHold {
  /** The last node that the backend delivered. */
  latest: RawNode;
  /** When the backend last guaranteed that `latest` is current. */
  lastVerifiedAt: LastVerified = 'now';
  /** Number of children that are shown instead. */
  readonly children: number;
  readonly #cancel: CancelTimer;

  constructor(latest: RawNode, children: number, guard: EmptyGuard, onExpired: () => void) {
    this.latest = latest;
    this.children = children;
    this.#cancel = guard.clock.backgroundTimer(guard.holdMs, onExpired);
  }

  cancel(): void {
    this.#cancel();
  }
}
