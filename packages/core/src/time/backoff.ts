/** The bounds of a pause that grows with each failure, and its random share. */
export interface BackoffOptions {
  /** The pause after the first failure, ms. */
  readonly firstMs: number;
  /** The longest pause, ms. */
  readonly longestMs: number;
  /** The share of each pause that is random, from 0 to 1. @default 0 */
  readonly jitter?: number;
}

/**
 * The pause after a failure, ms. It doubles with each failure from `firstMs` up to `longestMs`; the random part is
 * taken off, so that processes that failed together do not try again together.
 *
 * @param failures how many failures there were before this one
 * @param random from 0 to 1; only used with jitter
 */
export function backoffMs(failures: number, options: BackoffOptions, random: () => number = () => 0): number {
  const { firstMs, longestMs, jitter = 0 } = options;
  return Math.min(longestMs, firstMs * 2 ** failures) * (1 - random() * jitter);
}
