import type { RawNode } from '../backend/raw-node.js';
import type { Connection } from '../connection/connection.js';
import type { EventHub } from '../events/event-hub.js';
import type { CancelTimer, Clock } from '../time/clock.js';
import type { LastVerified } from './shown-node.js';

/** So many children are a fleet: where there was one, it may well be gone. */
const minChildren = 2;

export interface ListChange {
  /** How many children are shown. */
  readonly shown: number;
  /** How many there would be. */
  readonly next: number;
  /** Since when there is a connection, ms; `Infinity` when there is none. */
  readonly connectedForMs: number;
  readonly holdMs: number;
}

/** Whether so sudden an emptiness, so soon after connecting, is not to be believed yet. */
export function isSuspiciouslyEmpty({ shown, next, connectedForMs, holdMs }: ListChange): boolean {
  return shown >= minChildren && next === 0 && connectedForMs < holdMs;
}

interface GuardHost {
  readonly clock: Clock;
  readonly connection: Connection;
  readonly events: EventHub;
  readonly holdMs: number;
}

/** What `guardEmpty` needs to know of a registry: for how long it has been connected, and whom to tell. */
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

/** One emptiness that is held back, until it is over or its time is. */
export class EmptyHold {
  /** What is there, as far as was told. */
  latest: RawNode;
  /** Whether the backend vouches for that now; else when it last did. */
  lastVerifiedAt: LastVerified = 'now';
  /** How many children are shown instead. */
  readonly children: number;
  readonly #cancel: CancelTimer;

  constructor(truth: RawNode, children: number, guard: EmptyGuard, onOver: () => void) {
    this.latest = truth;
    this.children = children;
    this.#cancel = guard.clock.backgroundTimer(guard.holdMs, onOver);
  }

  cancel(): void {
    this.#cancel();
  }
}
