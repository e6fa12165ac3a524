import { CallbackError } from '../errors/background-errors.js';
import type { RegistryEventName, RegistryEvents } from './registry-events.js';
import { whenRejected } from './when-rejected.js';

/** Hears of events. May be async; what it rejects with is reported as if it had thrown. */
export type RegistryListener<Name extends RegistryEventName> = (event: RegistryEvents[Name]) => unknown;

type AnyListener = (event: never) => unknown;

/** Tells listeners of events, in the order in which they came; one that throws harms nobody else. */
export class EventHub {
  readonly #listeners = new Map<RegistryEventName, Set<AnyListener>>();
  readonly #onListenerError: (error: CallbackError) => void;
  /** What is still to be told, one event after the other; undefined while nobody is being told. */
  #untold: (() => void)[] | undefined;

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
    // While somebody is being told, he may yet add a listener.
    if (this.#untold === undefined && !this.#listeners.get(name)?.size) return;
    Object.freeze(event);
    const tell = (): void => {
      for (const listener of [...(this.#listeners.get(name) ?? [])]) this.#call(name, listener, event);
    };
    if (this.#untold !== undefined) this.#untold.push(tell);
    else this.#tellAll([tell]);
  }

  /** A listener may cause another event: everybody hears of the first before anybody hears of the second. */
  #tellAll(untold: (() => void)[]): void {
    this.#untold = untold;
    try {
      for (let tell = untold.shift(); tell !== undefined; tell = untold.shift()) tell();
    } finally {
      this.#untold = undefined;
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
    // Said once: a fault listener that throws must not be told of itself again.
    if (name !== 'fault') this.emit('fault', { error });
  }
}
