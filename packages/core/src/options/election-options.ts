import { abortSignal, boolean, contenderNameValue, type OptionsShape } from './check-options.js';

/** Options of a candidate in an election. */
export interface ElectionOptions {
  /**
   * The name that this candidate is known by to clients that ask for the leader; at most 1,024 bytes in UTF-8.
   * @default ''
   */
  readonly name?: string | undefined;
}

/** How `lead` waits, and how it reacts to a loss of leadership. */
export interface LeadOptions {
  /**
   * Cancels the wait: `lead` rejects with the signal's reason and leaves no node behind. Once the work is running, the
   * work is notified through its own signal instead: this candidate leads until the work has ended, and `lead` settles
   * as the work does.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Stays a candidate through connection loss: waits while there is no connection, and, after leadership was lost,
   * becomes a candidate again as soon as the work has ended. Ends when the work ends while it leads, and on `stop()`.
   * @default false
   */
  readonly requeue?: boolean | undefined;
}

/** Options of a loop over leaders. */
export interface LeaderWatchOptions {
  /** Ends the loop, which rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export const electionShape: OptionsShape = { name: contenderNameValue };
export const leadShape: OptionsShape = { signal: abortSignal, requeue: boolean };
export const leaderWatchShape: OptionsShape = { signal: abortSignal };
