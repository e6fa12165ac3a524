import { abortSignal, boolean, contenderName, type OptionsShape } from './check-options.js';

/** What a candidate says of itself. */
export interface ElectionOptions {
  /**
   * Who we are to those who ask who leads; at most 1,024 bytes in UTF-8.
   * @default ''
   */
  readonly name?: string | undefined;
}

/** How `lead` waits, and what it does after a loss. */
export interface LeadOptions {
  /**
   * Ends the wait: `lead` rejects with the signal's reason, and leaves nothing behind. Once the work runs it is the work that
   * is told, by its own signal: we lead until it has ended, and `lead` comes to what it comes to.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether to stay a candidate whatever becomes of the connection: to wait where there is none, and to stand again when
   * leadership was lost, as soon as the work has ended. It ends when the work ends while we lead, and with `stop()`.
   * @default false
   */
  readonly requeue?: boolean | undefined;
}

/** When a loop over leaders ends. */
export interface LeaderWatchOptions {
  /** Ends the loop: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export const electionShape: OptionsShape = { name: contenderName };
export const leadShape: OptionsShape = { signal: abortSignal, requeue: boolean };
export const leaderWatchShape: OptionsShape = { signal: abortSignal };
