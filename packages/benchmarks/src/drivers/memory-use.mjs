const settleMs = 50;

/** Memory of this process after a garbage collection, bytes. It runs with `--expose-gc`. */
export async function memoryUse() {
  for (let turn = 0; turn < 3; turn += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, settleMs));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}
