import type { Journal } from './journal.js';

/** Knows whether a call of the port is on the stack, and notes observers that are called from inside one. */
export class PortGuard {
  readonly #journal: Journal;
  #calls: string[] = [];
  #closed = false;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Runs the synchronous part of a call of the port, which must not throw. */
  call<T>(what: string, run: () => T): T {
    this.#calls.push(what);
    try {
      return run();
    } catch (error) {
      this.#journal.violation(`${what} threw instead of rejecting: ${String(error)}`);
      throw error;
    } finally {
      this.#calls.pop();
    }
  }

  /** From now on no observer may be called. */
  closed(): void {
    this.#closed = true;
  }

  /** An observer is called. */
  observed(what: string): void {
    const inside = this.#calls.at(-1);
    if (inside !== undefined) this.#journal.violation(`${what} came from inside ${inside}`);
    if (this.#closed) this.#journal.violation(`${what} came after close`);
  }

  /** Runs an observer's own work; port calls in it start afresh. */
  observe(what: string, run: () => void): void {
    this.observed(what);
    const outer = this.#calls;
    this.#calls = [];
    try {
      run();
    } finally {
      this.#calls = outer;
    }
  }
}
