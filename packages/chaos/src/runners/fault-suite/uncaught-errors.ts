/** Errors and warnings of the process that no caller received. */
export class UncaughtErrors implements Disposable {
  readonly #found: string[] = [];
  readonly #hear = (event: string) => (reason: unknown) => {
    this.#found.push(`${event}: ${reason instanceof Error ? reason.stack : String(reason)}`);
  };
  readonly #listeners = ['unhandledRejection', 'uncaughtException', 'warning'].map(
    (event) => [event, this.#hear(event)] as const,
  );

  constructor() {
    for (const [event, listener] of this.#listeners) process.on(event, listener);
  }

  get found(): readonly string[] {
    return this.#found;
  }

  [Symbol.dispose](): void {
    for (const [event, listener] of this.#listeners) process.off(event, listener);
  }
}
