/** Milliseconds of the machine's clock that only grows: the same in every process. */
export function machineNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Why the guard ended the command by itself. */
export type Reason = 'deadline' | 'orphaned';

/** From `ndsr` to the guard. */
export type ToGuard =
  /** Get the command ready; it runs only after `go`. */
  | {
      readonly type: 'prepare';
      readonly command: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      /** From a polite signal to SIGKILL, where no deadline is nearer. */
      readonly graceMs: number;
    }
  /** Run it. */
  | { readonly type: 'go' }
  /** By `machineNow`: unless something else is said before, it is asked to end at the first time, and killed at the second. */
  | { readonly type: 'allow'; readonly politeAt: number; readonly killAt: number }
  | { readonly type: 'end'; readonly signal: NodeJS.Signals }
  | { readonly type: 'kill' };

/** From the guard to `ndsr`. */
export type FromGuard =
  | { readonly type: 'ready'; readonly group: number }
  /** No process of the command's group runs any more. */
  | {
      readonly type: 'gone';
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly reason: Reason | null;
    };
