import { CallbackError } from '../errors/background-errors.js';
import type { RegistryEventName, RegistryEvents } from './registry-events.js';
import { whenRejected } from './when-rejected.js';

/** Receives events. May be async; a rejection is reported as if it had thrown. */
export type RegistryListener<Name extends RegistryEventName> = (event: RegistryEvents[Name]) => unknown;

type AnyListener = (event: never) => unknown;

/** Calls listeners in the order in which events were emitted. A listener that throws does not affect the others. */
export class EventHub {
  readonly #listeners = new Map<RegistryEventName, Set<AnyListener>>();
  readonly #onListenerError: (error: CallbackError) => void;
  /** Events that are still to be emitted, one after the other; undefined while none is being emitted. */
  #pending: (() => void)[] | undefined;

  /** `onListenerError` receives the error of a listener that threw. For a `fault` listener nothing else does. */
  constructor(onListenerError: (error: CallbackError) => void) {
    this.#onListenerError = onListenerError;
  }

  /** Adding the same function again for a name has no effect. Returns a function that removes it. */
  on<Name extends RegistryEventName>(name: Name, listener: RegistryListener<Name>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  emit<Name extends RegistryEventName>(name: Name, event: RegistryEvents[Name]): void {
    // A listener that is running may still add another one.
    if (this.#pending === undefined && !this.#listeners.get(name)?.size) return;
    Object.freeze(event);
    const deliver = (): void => {
      for (const listener of [...(this.#listeners.get(name) ?? [])]) this.#call(name, listener, event);
    };
    if (this.#pending !== undefined) this.#pending.push(deliver);
    else this.#deliverAll([deliver]);
  }

  /**
   * A listener may cause another event: all listeners receive the first event before any of them receives the second.
   */
  #deliverAll(pending: (() => void)[]): void {
    this.#pending = pending;
    try {
      for (let deliver = pending.shift(); deliver !== undefined; deliver = pending.shift()) deliver();
    } finally {
      this.#pending = undefined;
    }
  }

  #call<Name extends RegistryEventName>(name: Name, listener: AnyListener, event: RegistryEvents[Name]): void {
    const report = (cause: unknown): void => this.#reportListener(name, cause);
    try {
      whenRejected((listener as RegistryListener<Name>)(event), report);
    } catch (cause) {
      report(cause);
    }
  }

  #reportListener(name: RegistryEventName, cause: unknown): void {
    const error = new CallbackError(`A listener of '${name}' threw`, { cause });
    this.#onListenerError(error);
    // Reported once: a `fault` listener that throws must not receive its own error.
    if (name !== 'fault') this.emit('fault', { error });
  }
}
