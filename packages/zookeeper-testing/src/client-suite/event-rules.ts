import type { ClientEvent } from '@ndsr/zookeeper-common';

/** What holds for every event of every client, in every case. Broken rules are noted, not thrown at the client. */
export class EventRules {
  readonly #violations: string[];
  readonly #calls: string[] = [];
  #phase: 'new' | 'connected' | 'disconnected' | 'expired' = 'new';
  #sessionId: bigint | undefined;
  #isClosed = false;

  constructor(violations: string[]) {
    this.#violations = violations;
  }

  /** Runs the synchronous part of a call of the port, which must not throw. */
  during<T>(what: string, run: () => T): T {
    this.#calls.push(what);
    try {
      return run();
    } catch (error) {
      this.#violations.push(`${what} threw: ${String(error)}`);
      throw error;
    } finally {
      this.#calls.pop();
    }
  }

  /** From now on no event may come. */
  closed(): void {
    this.#isClosed = true;
  }

  check(event: ClientEvent): void {
    const inside = this.#calls.at(-1);
    if (inside !== undefined) this.#violations.push(`'${event.type}' came from inside ${inside}`);
    if (this.#isClosed) this.#violations.push(`'${event.type}' came after close`);
    if (this.#phase === 'expired') this.#violations.push(`'${event.type}' came after 'expired'`);
    if (event.type === 'connected') this.#connected(event.sessionId);
    if (event.type === 'disconnected') this.#disconnected(event.quietMs);
    if (event.type === 'expired') this.#phase = 'expired';
  }

  #connected(sessionId: bigint): void {
    if (this.#phase === 'connected') this.#violations.push("'connected' twice");
    if (this.#sessionId !== undefined && this.#sessionId !== sessionId) {
      this.#violations.push(`session ${sessionId} after ${this.#sessionId}: one client is one session`);
    }
    this.#sessionId = sessionId;
    this.#phase = 'connected';
  }

  #disconnected(quietMs: number): void {
    if (this.#phase !== 'connected') this.#violations.push(`'disconnected' while ${this.#phase}`);
    if (!(quietMs >= 0)) this.#violations.push(`quietMs is ${quietMs}`);
    this.#phase = 'disconnected';
  }
}
