const repeats = 7;
/** So few that what they allocate stays in the young generation: no collection falls into the count. */
const countedCalls = 100_000;

/**
 * So many calls one after the other.
 *
 * @param {() => unknown} call
 * @param {number} calls
 */
export function repeat(call, calls) {
  let found = 0;
  for (let i = 0; i < calls; i += 1) if (call() !== undefined) found += 1;
  if (found !== calls) throw new Error('Nothing was found');
}

/**
 * The same for a call that answers later.
 *
 * @param {() => Promise<unknown>} call
 * @param {number} calls
 */
export async function repeatAsync(call, calls) {
  for (let i = 0; i < calls; i += 1) await call();
}

/**
 * Bytes of the heap that a call takes, less what counting takes. The lowest of several counts: whatever else the process
 * does in the meantime is added to it, and nothing is taken away.
 *
 * @param {() => unknown} call already warm
 */
export function bytesPerCall(call) {
  const counted = allocated(call, countedCalls) - allocated(call, 0);
  return Math.max(0, counted) / countedCalls;
}

/**
 * @param {() => unknown} call
 * @param {number} calls
 */
function allocated(call, calls) {
  const counts = Array.from({ length: repeats }, () => {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    repeat(call, calls);
    return process.memoryUsage().heapUsed - before;
  });
  return Math.min(...counts);
}
