/**
 * Runs the nightly report unless it is running anywhere else. Resolves with false where it is.
 *
 * @param {import('@ndsr/core').ServiceRegistry} registry
 * @param {(lost: AbortSignal) => Promise<void>} report it is to end when the signal says so: the lock is not ours any more then
 */
export async function runNightlyReport(registry, report) {
  const lock = registry.getLock('/locks/nightly-report');
  if (!(await lock.acquire({ waitMs: 0 }))) return false;
  try {
    await report(lock.lost);
  } finally {
    await lock.release();
  }
  return true;
}
