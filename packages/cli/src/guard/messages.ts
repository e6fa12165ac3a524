/** Milliseconds of the machine's monotonic clock: the same in every process. */
export function machineNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Why the guard ended the command. */
export type Reason = 'deadline' | 'orphaned';

/** From `ndsr` to the guard. */
export type ToGuard =
  /** Prepares the command; it runs only after `go`. */
  | {
      readonly type: 'prepare';
      readonly command: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      /** From the first signal to SIGKILL, unless a deadline is nearer, ms. */
      readonly graceMs: number;
    }
  /** Runs the command. */
  | { readonly type: 'go' }
  /** Times of `machineNow`: unless extended before, the command gets a signal at the first time and is killed at the second. */
  | { readonly type: 'allow'; readonly politeAt: number; readonly killAt: number }
  | { readonly type: 'end'; readonly signal: NodeJS.Signals }
  | { readonly type: 'kill' };

/** From the guard to `ndsr`. */
export type FromGuard =
  | { readonly type: 'ready'; readonly group: number }
  /** No process of the command's group is running. */
  | {
      readonly type: 'gone';
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly reason: Reason | null;
    };
