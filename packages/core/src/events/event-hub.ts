import { CallbackError } from '../errors/background-errors.js';
import type { RegistryEventName, RegistryEvents } from './registry-events.js';

export type RegistryListener<Name extends RegistryEventName> = (event: RegistryEvents[Name]) => void;

type AnyListener = (event: never) => void;

/** Tells listeners of events, in the order in which they came; one that throws harms nobody else. */
export class EventHub {
  readonly #listeners = new Map<RegistryEventName, Set<AnyListener>>();
  readonly #onListenerError: (error: CallbackError) => void;

  /** `onListenerError` hears of a listener that threw; for a `fault` listener it is the only one that does. */
  constructor(onListenerError: (error: CallbackError) => void) {
    this.#onListenerError = onListenerError;
  }

  /** The same function is added once for each name. Returns its undo. */
  on<Name extends RegistryEventName>(name: Name, listener: RegistryListener<Name>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  emit<Name extends RegistryEventName>(name: Name, event: RegistryEvents[Name]): void {
    Object.freeze(event);
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        (listener as RegistryListener<Name>)(event);
      } catch (cause) {
        this.#reportListener(name, cause);
      }
    }
  }

  #reportListener(name: RegistryEventName, cause: unknown): void {
    const error = new CallbackError(`A listener of '${name}' threw`, { cause });
    this.#onListenerError(error);
    // Said once: a fault listener that throws must not be told of itself again.
    if (name !== 'fault') this.emit('fault', { error });
  }
}
