import type { Phase, RegistryEventName, RegistryEvents, ServiceRegistry } from '@ndsr/core';
import { waitFor } from '../scaffold/index.js';

/** An event and its name. */
export type LoggedEvent = {
  [Name in RegistryEventName]: { readonly name: Name } & RegistryEvents[Name];
}[RegistryEventName];

/** Records the events of one registry. */
export class EventLog {
  readonly events: LoggedEvent[] = [];
  readonly #patienceMs: number;

  constructor(registry: ServiceRegistry, patienceMs: number) {
    this.#patienceMs = patienceMs;
    registry.on('phase', (event) => this.events.push({ name: 'phase', ...event }));
    registry.on('registered', (event) => this.events.push({ name: 'registered', ...event }));
    registry.on('unregistered', (event) => this.events.push({ name: 'unregistered', ...event }));
    registry.on('conflict', (event) => this.events.push({ name: 'conflict', ...event }));
    registry.on('held', (event) => this.events.push({ name: 'held', ...event }));
    registry.on('fault', (event) => this.events.push({ name: 'fault', ...event }));
  }

  get phases(): Phase[] {
    return this.events.flatMap((event) => (event.name === 'phase' ? [event.phase] : []));
  }

  get faults(): RegistryEvents['fault']['error'][] {
    return this.events.flatMap((event) => (event.name === 'fault' ? [event.error] : []));
  }

  /** The events about registrations in words: `registered /a`, `unregistered /a lost`, `conflict /a`. */
  get registrations(): string[] {
    return this.events.flatMap((event) => {
      if (event.name === 'registered' || event.name === 'conflict') return [`${event.name} ${event.path}`];
      return event.name === 'unregistered' ? [`unregistered ${event.path} ${event.reason}`] : [];
    });
  }

  /** The `held` events in words: `/a true 3`. */
  get held(): string[] {
    return this.events.flatMap((event) => {
      return event.name === 'held' ? [`${event.path} ${event.held} ${event.children}`] : [];
    });
  }

  /** Waits until `predicate` holds of this log. */
  async until(what: string, predicate: (log: EventLog) => boolean): Promise<void> {
    const state = (): string => this.events.map(({ name }) => name).join(', ');
    await waitFor(what, () => predicate(this), { timeoutMs: this.#patienceMs, state });
  }
}
