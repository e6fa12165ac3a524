const firstPauseMs = 100;
const longestPauseMs = 30_000;

/**
 * How long to wait before a node that a stranger changed or deleted is put right for the `count`-th time in a row, ms.
 * The first is put right at once; then the pause doubles up to 30 s. A Python process that was given the same path
 * answers every change at once and for ever, so it is ours that gives way.
 */
export function correctionPauseMs(count: number): number {
  if (count <= 1) return 0;
  return Math.min(longestPauseMs, firstPauseMs * 2 ** (count - 2));
}

/** Undisturbed for that long, a registration starts counting anew, ms. */
export const correctionMemoryMs = 60_000;
