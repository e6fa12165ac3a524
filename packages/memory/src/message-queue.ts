/** An answer or a watch delivery on its way from the store to a backend. Exactly one of the two methods is called. */
export interface Message {
  /** The client that it is for. */
  readonly to: object;
  deliver(): void;
  /** The connection broke first. */
  drop(): void;
}

interface Entry {
  readonly message: Message;
  /** Undefined once the parcel may be delivered. */
  timer: NodeJS.Timeout | undefined;
}

/**
 * The way from the store to its backends: first in, first out over all of them, one parcel per microtask.
 * So whatever a write sends to anybody's watches arrives before the answer to the write, which is sent after it.
 */
export class MessageQueue {
  readonly #inFlight = new Map<number, Entry>();
  #first = 0;
  #end = 0;
  #holds = 0;
  #delayMs = 0;
  #scheduled = false;

  send(message: Message): void {
    const entry: Entry = { message: message, timer: undefined };
    this.#inFlight.set(this.#end, entry);
    this.#end += 1;
    if (this.#delayMs > 0) entry.timer = setTimeout(() => this.#makeDue(entry), this.#delayMs);
    else this.#schedule();
  }

  /** Keeps everything back, also what is under way already, until the returned function is called. */
  hold(): () => void {
    let holding = true;
    this.#holds += 1;
    return () => {
      if (!holding) return;
      holding = false;
      this.#holds -= 1;
      this.#schedule();
    };
  }

  /** Everything sent from now on takes `ms`; 0 also lets go of what is still waiting. */
  delay(ms: number): void {
    this.#delayMs = ms;
    if (ms > 0) return;
    for (const entry of this.#inFlight.values()) this.#makeDue(entry);
  }

  /** Drops what is under way to one client, or to all. */
  drop(to?: object): void {
    for (const [place, entry] of this.#inFlight) {
      if (to !== undefined && entry.message.to !== to) continue;
      clearTimeout(entry.timer);
      this.#inFlight.delete(place);
      entry.message.drop();
    }
  }

  /** Resolves when what is under way now has arrived or was dropped; soon, when it is being held. */
  flushed(): Promise<void> {
    if (this.#holds > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.send({ to: this, deliver: resolve, drop: resolve });
    });
  }

  #makeDue(entry: Entry): void {
    clearTimeout(entry.timer);
    entry.timer = undefined;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#step());
  }

  #step(): void {
    this.#scheduled = false;
    const entry = this.#next();
    if (entry === undefined) return;
    // Before the delivery, so that a receiver that throws stops nobody else's parcels.
    if (this.#inFlight.size > 0) this.#schedule();
    entry.message.deliver();
  }

  #next(): Entry | undefined {
    if (this.#holds > 0) return undefined;
    while (this.#first < this.#end) {
      const entry = this.#inFlight.get(this.#first);
      if (entry?.timer !== undefined) return undefined;
      this.#inFlight.delete(this.#first);
      this.#first += 1;
      if (entry !== undefined) return entry;
    }
    return undefined;
  }
}
