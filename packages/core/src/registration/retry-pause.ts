interface Bounds {
  readonly shortestMs: number;
  readonly longestMs: number;
}

const retry: Bounds = { shortestMs: 1_000, longestMs: 30_000 };
const quarantine: Bounds = { shortestMs: 60_000, longestMs: 600_000 };

/**
 * The pause before another attempt to restore a registration, ms: 1 s, 2 s, … 30 s, the second half of it random.
 * Registrations that failed together, because the servers were overloaded, are not retried together.
 *
 * @param failures how many attempts have failed before this one
 */
export function retryPauseMs(failures: number, random: () => number): number {
  return pauseMs(retry, failures, random);
}

/**
 * The pause before another attempt to send requests that the servers refuse by closing the connection, ms: 1 min, 2 min,
 * … 10 min, the second half of it random. Each attempt costs the connection, and can succeed only after the servers'
 * configuration was changed.
 *
 * @param refusals how many attempts in a row were refused, 1 or more
 */
export function quarantinePauseMs(refusals: number, random: () => number): number {
  return pauseMs(quarantine, refusals - 1, random);
}

function pauseMs({ shortestMs, longestMs }: Bounds, doublings: number, random: () => number): number {
  const longest = Math.min(longestMs, shortestMs * 2 ** doublings);
  return longest * (1 - random() / 2);
}
