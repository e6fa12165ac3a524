const shortestRetryMs = 1_000;
const longestRetryMs = 30_000;

/**
 * How long to wait before a registration that could not be restored is tried again, ms: 1 s, 2 s, … 30 s, of which the
 * second half is random. What failed together, because the servers were overloaded, does not come back together.
 *
 * @param failures how many tries have failed before this one
 */
export function retryPauseMs(failures: number, random: () => number): number {
  const longest = Math.min(longestRetryMs, shortestRetryMs * 2 ** failures);
  return longest * (1 - random() / 2);
}
