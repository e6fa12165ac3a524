/** Resolves when everything that runs without timers and I/O has run, and all that it set going. */
export function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
