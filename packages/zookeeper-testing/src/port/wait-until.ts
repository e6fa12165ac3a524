import { setTimeout as sleep } from 'node:timers/promises';

const POLL_INTERVAL_MS = 25;
const SHORTEST_LOOK_MS = 250;
const LONGEST_LOOK_MS = 5_000;

/**
 * Calls `check` until it resolves to true.
 *
 * `check` receives the time that one attempt may take. It is short at first, since a starting server may accept a
 * connection and forget it, and grows with the wait, since a slow machine needs longer for every answer. An error from
 * `check` ends the wait.
 *
 * @throws {Error} `timeoutMs` have passed; the message names `what` was awaited
 */
export async function waitUntil(
  what: string,
  timeoutMs: number,
  check: (lookTimeoutMs: number) => Promise<boolean>,
): Promise<void> {
  const startedAtMs = performance.now();
  for (;;) {
    const elapsedMs = performance.now() - startedAtMs;
    const lookTimeoutMs = Math.min(Math.max(SHORTEST_LOOK_MS, elapsedMs / 2), LONGEST_LOOK_MS);
    if (await check(Math.round(lookTimeoutMs))) return;
    if (performance.now() - startedAtMs >= timeoutMs) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await sleep(POLL_INTERVAL_MS);
  }
}
