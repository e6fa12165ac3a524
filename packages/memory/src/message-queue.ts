/** An answer or a watch delivery on its way from the store to a backend. Exactly one of the two methods is called. */
export interface Message {
  /** The client that receives it. */
  readonly to: object;
  deliver(): void;
  /** Called if the connection broke first. */
  drop(): void;
}

interface Entry {
  readonly message: Message;
  /** Undefined once the message may be delivered. */
  timer: NodeJS.Timeout | undefined;
}

/**
 * The connection from the store to its backends: first in, first out across all of them, one message per microtask. The
 * watch deliveries of a write therefore arrive at every client before the answer to the write, which is sent after
 * them.
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

  /** Holds back everything, including messages in flight, until the returned function is called. */
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

  /** Delays everything sent from now on by `ms`; 0 also releases what is still waiting. */
  delay(ms: number): void {
    this.#delayMs = ms;
    if (ms > 0) return;
    for (const entry of this.#inFlight.values()) this.#makeDue(entry);
  }

  /** Drops the messages in flight to one client, or to all. */
  drop(to?: object): void {
    for (const [place, entry] of this.#inFlight) {
      if (to !== undefined && entry.message.to !== to) continue;
      clearTimeout(entry.timer);
      this.#inFlight.delete(place);
      entry.message.drop();
    }
  }

  /** Resolves once the messages in flight now have been delivered or dropped; soon, if messages are held back. */
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
    // Scheduled before the delivery, so that a receiver that throws does not stop the messages of others.
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
