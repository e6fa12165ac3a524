import { type Journal, PortGuard } from '@ndsr/conformance/scaffold';
import type { ClientEvent } from '@ndsr/zookeeper-common';

/** Rules for every event of every client in every case. Violations are recorded, not thrown at the client. */
export class EventRules {
  readonly guard: PortGuard;
  readonly #journal: Journal;
  #phase: 'new' | 'connected' | 'disconnected' | 'expired' = 'new';
  #sessionId: bigint | undefined;

  constructor(journal: Journal) {
    this.#journal = journal;
    this.guard = new PortGuard(journal);
  }

  check(event: ClientEvent): void {
    this.guard.observed(`'${event.type}'`);
    if (this.#phase === 'expired') this.#journal.violation(`'${event.type}' came after 'expired'`);
    if (event.type === 'connected') this.#connected(event.sessionId);
    if (event.type === 'disconnected') this.#disconnected(event.quietMs);
    if (event.type === 'expired') this.#phase = 'expired';
  }

  #connected(sessionId: bigint): void {
    if (this.#phase === 'connected') this.#journal.violation("'connected' twice");
    if (this.#sessionId !== undefined && this.#sessionId !== sessionId) {
      this.#journal.violation(`session ${sessionId} after ${this.#sessionId}: one client is one session`);
    }
    this.#sessionId = sessionId;
    this.#phase = 'connected';
  }

  #disconnected(quietMs: number): void {
    if (this.#phase !== 'connected') this.#journal.violation(`'disconnected' while ${this.#phase}`);
    if (!(quietMs >= 0)) this.#journal.violation(`quietMs is ${quietMs}`);
    this.#phase = 'disconnected';
  }
}
