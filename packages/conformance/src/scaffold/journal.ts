import { AssertionError } from 'node:assert';

/**
 * What happened in one case, in order, and which rules were broken on the way.
 * Rules that always hold are checked at each event of each case, not only where a case looks for them.
 */
export class Journal {
  readonly #violations: string[] = [];
  #moment = 0;

  /** The next moment; later events have greater ones. */
  tick(): number {
    this.#moment += 1;
    return this.#moment;
  }

  /** The latest moment. */
  get now(): number {
    return this.#moment;
  }

  violation(message: string): void {
    this.#violations.push(message);
  }

  /** Throws when a rule was broken. `failure`: what the case itself ended with. */
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
