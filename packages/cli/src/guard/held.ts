/** What a command may run under: a lock that is held. */
export interface Held {
  readonly path: string;
  /** Aborted when it is lost. */
  readonly lost: AbortSignal;
  /** For how long from now on it is held for certain. */
  certainMs(): number;
  /** What the command is told of it. */
  readonly env: Readonly<Record<string, string>>;
}
