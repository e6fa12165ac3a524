const firstPauseMs = 100;
const longestPauseMs = 30_000;

/**
 * The pause before the `count`-th correction in a row of a node that another client changed or deleted, ms.
 * The first correction is immediate; then the pause doubles from 100 ms up to 30 s. A Python process that was given the
 * same path answers every change immediately and never stops, so this registry is the one that slows down.
 */
export function correctionPauseMs(count: number): number {
  if (count <= 1) return 0;
  return Math.min(longestPauseMs, firstPauseMs * 2 ** (count - 2));
}

/** After this time without interference the count starts again, ms. */
export const correctionMemoryMs = 60_000;
