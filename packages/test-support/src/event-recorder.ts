import { waitUntil } from './wait-until.js';

type Of<Event extends { readonly type: string }, Type extends Event['type']> = Extract<Event, { readonly type: Type }>;

/** An observer that keeps the events it receives. */
export class EventRecorder<Event extends { readonly type: string }> {
  readonly events: Event[] = [];
  readonly observe = (event: Event): void => {
    this.events.push(event);
  };

  of<Type extends Event['type']>(type: Type): Of<Event, Type>[] {
    return this.events.filter((event): event is Of<Event, Type> => event.type === type);
  }

  /** The event of that type with that number, counted from 1, once it has been received. */
  async next<Type extends Event['type']>(type: Type, number = 1): Promise<Of<Event, Type>> {
    await waitUntil(`${type} event ${number}`, () => this.of(type).length >= number);
    return this.of(type)[number - 1] as Of<Event, Type>;
  }

  get types(): Event['type'][] {
    return this.events.map(({ type }) => type);
  }
}
