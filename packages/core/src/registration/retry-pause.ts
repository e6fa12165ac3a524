interface Bounds {
  readonly shortestMs: number;
  readonly longestMs: number;
}

const retry: Bounds = { shortestMs: 1_000, longestMs: 30_000 };
const quarantine: Bounds = { shortestMs: 60_000, longestMs: 600_000 };

/**
 * How long to wait before a registration that could not be restored is tried again, ms: 1 s, 2 s, … 30 s, of which the
 * second half is random. What failed together, because the servers were overloaded, does not come back together.
 *
 * @param failures how many tries have failed before this one
 */
export function retryPauseMs(failures: number, random: () => number): number {
  return pauseMs(retry, failures, random);
}

/**
 * How long to wait before requests that the servers refuse by closing the connection are tried again, ms: 1 min, 2 min,
 * … 10 min, of which the second half is random. Each try costs the connection, and only somebody who changes the
 * servers' configuration can make it succeed.
 *
 * @param refusals how many tries in a row were refused, 1 or more
 */
export function quarantinePauseMs(refusals: number, random: () => number): number {
  return pauseMs(quarantine, refusals - 1, random);
}

function pauseMs({ shortestMs, longestMs }: Bounds, doublings: number, random: () => number): number {
  const longest = Math.min(longestMs, shortestMs * 2 ** doublings);
  return longest * (1 - random() / 2);
}
