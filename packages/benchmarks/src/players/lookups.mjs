const repeats = 7;
/** So few that what they allocate stays in the young generation: no collection falls into the count. */
const countedCalls = 50_000;

/**
 * The time of so many calls one after the other, ms.
 *
 * @param {() => unknown} call
 * @param {number} calls
 */
export function timeCalls(call, calls) {
  let found = 0;
  const startedAt = performance.now();
  for (let i = 0; i < calls; i += 1) if (call() !== undefined) found += 1;
  const elapsedMs = performance.now() - startedAt;
  if (found !== calls) throw new Error('Nothing was found');
  return elapsedMs;
}

/**
 * The same for a call that answers later.
 *
 * @param {() => Promise<unknown>} call
 * @param {number} calls
 */
export async function timeAsyncCalls(call, calls) {
  const startedAt = performance.now();
  for (let i = 0; i < calls; i += 1) await call();
  return performance.now() - startedAt;
}

/**
 * Bytes of the heap that a call takes, the middle of several counts.
 *
 * @param {() => unknown} call already warm
 */
export function bytesPerCall(call) {
  const counts = Array.from({ length: repeats }, () => {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    timeCalls(call, countedCalls);
    return (process.memoryUsage().heapUsed - before) / countedCalls;
  });
  return counts.sort((a, b) => a - b)[(repeats - 1) / 2] ?? Number.NaN;
}
