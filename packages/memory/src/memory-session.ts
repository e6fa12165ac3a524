import type { ConnectionEvent, ConnectionObserver, Session } from '@ndsr/core/backend';
import type { Client, Ensemble } from './ensemble.js';

/**
 * The state of a session. `suspending` and `expiring` last for the microtask until the observer has been notified:
 * nothing else is reported before, so that events always alternate.
 */
type State =
  | { readonly type: 'idle' }
  | { readonly type: 'seeking' }
  | { readonly type: 'connected'; readonly session: Session }
  | { readonly type: 'suspending'; readonly session: Session }
  | { readonly type: 'suspended'; readonly session: Session }
  | { readonly type: 'expiring' }
  | { readonly type: 'closed' };

/** A backend's session at the ensemble, through outages and new sessions; reports all events to the observer. */
export class MemorySession implements Client {
  readonly #ensemble: Ensemble;
  #observer: ConnectionObserver | undefined;
  #state: State = { type: 'idle' };

  constructor(ensemble: Ensemble) {
    this.#ensemble = ensemble;
  }

  get connected(): boolean {
    return this.#state.type === 'connected';
  }

  get sessionId(): bigint | undefined {
    return 'session' in this.#state ? this.#state.session.id : undefined;
  }

  connect(observer: ConnectionObserver): void {
    if (this.#state.type !== 'idle') return;
    this.#observer = observer;
    this.#state = { type: 'seeking' };
    this.#ensemble.addClient(this);
    void this.resume();
  }

  async suspend(): Promise<void> {
    if (this.#state.type !== 'connected') return;
    const { session } = this.#state;
    this.#state = { type: 'suspending', session };
    await null;
    this.#enter({ type: 'suspended', session }, { type: 'suspended', quietMs: 0 });
    await this.resume();
  }

  async resume(): Promise<void> {
    await null;
    if (!this.#ensemble.up) return;
    const state = this.#state;
    if (state.type === 'seeking') this.#connected({ id: this.#ensemble.tree.openSession(), timeoutMs: Infinity });
    if (state.type !== 'suspended') return;
    if (this.#ensemble.tree.hasSession(state.session.id)) return this.#connected(state.session);
    this.#enter({ type: 'seeking' }, { type: 'lost' });
    await this.resume();
  }

  async expire(): Promise<void> {
    if (this.#state.type !== 'connected') return;
    this.#state = { type: 'expiring' };
    await null;
    this.#enter({ type: 'seeking' }, { type: 'lost' });
    await this.resume();
  }

  /** Ends the session; no event follows. */
  close(): Promise<void> {
    const sessionId = this.sessionId;
    this.#state = { type: 'closed' };
    return this.#ensemble.removeClient(this, sessionId);
  }

  #connected(session: Session): void {
    this.#enter({ type: 'connected', session }, { type: 'connected', session });
    this.#ensemble.watches.scheduleAll(this);
  }

  #enter(state: State, event: ConnectionEvent): void {
    if (this.#state.type === 'closed') return;
    this.#state = state;
    this.#observer?.(event);
  }
}
