/**
 * Runs the nightly report unless another process is running it; then it resolves to false.
 *
 * @param {import('@ndsr/core').ServiceRegistry} registry
 * @param {(lost: AbortSignal) => Promise<void>} report must end when the signal is aborted, because the lock is lost then
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
