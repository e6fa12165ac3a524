import type { ConnectionEvent, Session } from '@ndsr/core/backend';
import type { Journal, PortGuard } from '../scaffold/index.js';

/** A connection event with its moment. */
export interface RecordedEvent {
  readonly event: ConnectionEvent;
  readonly moment: number;
}

/** Records the connection events of one backend, and reports events out of order as violations (duty 3). */
export class ConnectionRecorder {
  readonly events: RecordedEvent[] = [];
  readonly #journal: Journal;
  readonly #guard: PortGuard;
  readonly #listeners = new Set<(event: ConnectionEvent) => void>();
  #phase: 'new' | 'connected' | 'suspended' | 'lost' = 'new';
  #session: Session | undefined;

  constructor(journal: Journal, guard: PortGuard) {
    this.#journal = journal;
    this.#guard = guard;
  }

  /** The session of the last `connected`. */
  get session(): Session {
    if (this.#session === undefined) throw new Error('The backend has not been connected yet');
    return this.#session;
  }

  get connected(): boolean {
    return this.#phase === 'connected';
  }

  /** The number of times that the backend has been connected. */
  get connections(): number {
    return this.events.filter(({ event }) => event.type === 'connected').length;
  }

  get lost(): boolean {
    return this.events.some(({ event }) => event.type === 'lost');
  }

  /** The moment of the last event of `type`. */
  momentOf(type: ConnectionEvent['type']): number {
    return this.events.findLast(({ event }) => event.type === type)?.moment ?? 0;
  }

  /** Types of all events, for messages and comparisons. */
  get types(): string[] {
    return this.events.map(({ event }) => event.type);
  }

  /** Calls `listener` at each event, inside the observer. */
  onEvent(listener: (event: ConnectionEvent) => void): void {
    this.#listeners.add(listener);
  }

  readonly observer = (event: ConnectionEvent): void => {
    this.#guard.observe(`the connection event '${event.type}'`, () => {
      this.#checkOrder(event);
      this.events.push({ event, moment: this.#journal.tick() });
      if (event.type === 'connected') this.#session = event.session;
      if (event.type !== 'fault') this.#phase = event.type;
      for (const listener of this.#listeners) listener(event);
    });
  };

  #checkOrder(event: ConnectionEvent): void {
    const wrong = this.#violationOf(event);
    if (wrong !== undefined) this.#journal.violation(`${wrong}: ${[...this.types, event.type].join(', ')}`);
  }

  #violationOf(event: ConnectionEvent): string | undefined {
    if (event.type === 'connected') return this.#wrongSession(event.session);
    if (event.type === 'suspended' && this.#phase !== 'connected') return `'suspended' after '${this.#phase}'`;
    if (event.type === 'lost' && (this.#phase === 'new' || this.#phase === 'lost'))
      return `'lost' after '${this.#phase}'`;
    return undefined;
  }

  #wrongSession(session: Session): string | undefined {
    if (this.#phase === 'connected') return "'connected' twice";
    const same = this.#session?.id === session.id;
    if (this.#phase === 'suspended' && !same) return "another session without 'lost'";
    if (this.#phase === 'lost' && same) return "the same session after 'lost'";
    return undefined;
  }
}
