import type { Journal } from './journal.js';

/** Detects observers that are called from inside a call of the port. */
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

  /** Marks the port as closed: no observer may be called from now on. */
  closed(): void {
    this.#closed = true;
  }

  /** Called when an observer is called. */
  observed(what: string): void {
    const inside = this.#calls.at(-1);
    if (inside !== undefined) this.#journal.violation(`${what} came from inside ${inside}`);
    if (this.#closed) this.#journal.violation(`${what} came after close`);
  }

  /** Runs an observer's own work; calls of the port in it are tracked separately. */
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
