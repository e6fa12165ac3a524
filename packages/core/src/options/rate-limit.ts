/**
 * At most `calls` in one burst, refilled evenly over `perMs` milliseconds. So any span of time sees at most `calls` and
 * what is refilled in it; `calls` below 1 makes for one call in more than `perMs`.
 */
export interface RateLimit {
  readonly calls: number;
  readonly perMs: number;
}
