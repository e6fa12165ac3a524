/** A held lock that a command may run under. */
export interface Held {
  readonly path: string;
  /** Aborted when the lock is lost. */
  readonly lost: AbortSignal;
  /** How long from now on the lock is certainly held, ms. */
  certainMs(): number;
  /** Environment variables for the command. */
  readonly env: Readonly<Record<string, string>>;
}
