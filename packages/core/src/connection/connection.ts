import type { Session } from '../backend/registry-backend.js';
import type { NoConnectionError } from '../errors/connection-errors.js';
import type { Phase } from '../events/phase.js';
import type { CancelTimer, Clock } from '../time/clock.js';
import { type ConnectionInput, type ConnectionState, reduceConnection } from './connection-state.js';
import { DisconnectReasons } from './disconnect-reasons.js';

export type ConnectionListener = (state: ConnectionState, previous: ConnectionState) => void;

interface Change {
  readonly state: ConnectionState;
  readonly previous: ConnectionState;
}

/** Holds the connection's state: `dispatch` changes it, listeners are notified after each change, and its own clock declares `lost`. */
export class Connection {
  /** Why there is no connection. */
  readonly reasons = new DisconnectReasons();
  readonly #clock: Clock;
  readonly #listeners = new Set<ConnectionListener>();
  #state: ConnectionState = { phase: 'idle' };
  #cancelTick: CancelTimer | undefined;
  /** Changes that listeners have not been notified of yet; undefined while no notification runs. */
  #pendingChanges: Change[] | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get phase(): Phase {
    return this.#state.phase;
  }

  /** The current session; undefined unless connected. */
  get session(): Session | undefined {
    return this.#state.phase === 'connected' ? this.#state.session : undefined;
  }

  dispatch(input: ConnectionInput): void {
    const previous = this.#state;
    this.#state = reduceConnection(previous, input, this.#clock.now());
    if (this.#state === previous) return;
    this.#setTick(this.#state);
    this.#notify({ state: this.#state, previous });
  }

  /** The error of a call about `path` that needs a connection. */
  noConnection(path: string): NoConnectionError {
    return this.reasons.error('Not connected to the service registry', { path });
  }

  /** `listener` must not throw. Returns a function that removes it. */
  subscribe(listener: ConnectionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves to true once connected; to false after `ms`, or as soon as no connection can follow (stopped, idle). */
  whenConnected(ms: number): Promise<boolean> {
    if (this.phase === 'connected') return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (connected: boolean): void => {
        cancel();
        unsubscribe();
        resolve(connected);
      };
      const cancel = this.#clock.timer(ms, () => settle(false));
      const unsubscribe = this.subscribe(({ phase }) => {
        if (phase === 'connected') settle(true);
        else if (phase === 'stopped' || phase === 'idle') settle(false);
      });
    });
  }

  /** A listener may call `dispatch`: all listeners are notified of one change before any of the next. */
  #notify(change: Change): void {
    if (this.#pendingChanges !== undefined) {
      this.#pendingChanges.push(change);
      return;
    }
    const pending = [change];
    this.#pendingChanges = pending;
    try {
      for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
        for (const listener of [...this.#listeners]) listener(next.state, next.previous);
      }
    } finally {
      this.#pendingChanges = undefined;
    }
  }

  #setTick(state: ConnectionState): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    if (state.phase !== 'suspended' || !Number.isFinite(state.lostAt)) return;
    const left = Math.max(0, Math.ceil(state.lostAt - this.#clock.now()));
    this.#cancelTick = this.#clock.backgroundTimer(left, () => {
      this.dispatch({ type: 'tick' });
      // Node's timers may be early by up to a millisecond, or by weeks where the delay was too long for them.
      if (this.#state === state) this.#setTick(state);
    });
  }
}
