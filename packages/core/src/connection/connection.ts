import type { Session } from '../backend/registry-backend.js';
import type { CancelTimer, Clock } from '../time/clock.js';
import { type ConnectionInput, type ConnectionState, type Phase, reduceConnection } from './connection-state.js';

export type ConnectionListener = (state: ConnectionState, previous: ConnectionState) => void;

/** Holds the connection's state: one way in (`dispatch`), listeners told after each change, and our own `lost` clock. */
export class Connection {
  readonly #clock: Clock;
  readonly #listeners = new Set<ConnectionListener>();
  #state: ConnectionState = { phase: 'idle' };
  #cancelTick: CancelTimer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get phase(): Phase {
    return this.#state.phase;
  }

  /** The session of this moment; undefined unless connected. */
  get session(): Session | undefined {
    return this.#state.phase === 'connected' ? this.#state.session : undefined;
  }

  dispatch(input: ConnectionInput): void {
    const previous = this.#state;
    this.#state = reduceConnection(previous, input, this.#clock.now());
    if (this.#state === previous) return;
    this.#setTick(this.#state);
    for (const listener of [...this.#listeners]) listener(this.#state, previous);
  }

  /** `listener` must not throw. Returns its undo. */
  subscribe(listener: ConnectionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves true once connected; false after `ms`, or when it is clear that no connection will come (stopped, idle). */
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

  #setTick(state: ConnectionState): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    if (state.phase !== 'suspended' || !Number.isFinite(state.lostAt)) return;
    const left = Math.max(0, state.lostAt - this.#clock.now());
    this.#cancelTick = this.#clock.backgroundTimer(left, () => this.dispatch({ type: 'tick' }));
  }
}
