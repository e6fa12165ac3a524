/**
 * At most `calls` in one burst, refilled evenly over `perMs` milliseconds. Any period sees at most `calls` plus what is
 * refilled during it. With `calls` below 1 there is one call per more than `perMs`.
 */
export interface RateLimit {
  readonly calls: number;
  readonly perMs: number;
}
