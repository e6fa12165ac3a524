import { AssertionError } from 'node:assert';

/**
 * The events of one case in order, and the rules that were violated.
 * Rules that always hold are checked at each event of each case, not only where a case tests them.
 */
export class Journal {
  readonly #violations: string[] = [];
  #moment = 0;

  /** Starts the next moment; later events have greater ones. */
  tick(): number {
    this.#moment += 1;
    return this.#moment;
  }

  /** The latest moment. */
  get now(): number {
    return this.#moment;
  }

  /** Records a violated rule; `verdict` reports it. */
  violation(message: string): void {
    this.#violations.push(message);
  }

  /** Throws if a rule was violated. `failure` is the failure of the case itself. */
  verdict(failure?: { readonly error: unknown }): void {
    if (this.#violations.length > 0) throw this.#broken(failure);
    if (failure !== undefined) throw failure.error;
  }

  #broken(failure: { readonly error: unknown } | undefined): Error {
    const shown = this.#violations.slice(0, 5).join('\n');
    const after = failure === undefined ? '' : `\nand the case failed: ${String(failure.error)}`;
    const message = `${this.#violations.length} broken rule(s):\n${shown}${after}`;
    return Object.assign(new AssertionError({ message }), { cause: failure?.error });
  }
}
