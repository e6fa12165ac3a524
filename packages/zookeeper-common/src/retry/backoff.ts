/** The bounds of a pause that grows with each retry. */
export interface BackoffBounds {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * The pause before a retry: `firstMs` before retry 0, then twice as long each time, up to `maxMs`.
 *
 * @param random for full jitter: from 0 up to 1, like `Math.random`; the pause is that part of the whole. @default no jitter
 */
export function backoffMs(retry: number, { firstMs, maxMs }: BackoffBounds, random: () => number = () => 1): number {
  return random() * Math.min(maxMs, firstMs * 2 ** retry);
}
