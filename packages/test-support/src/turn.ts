/**
 * Resolves after everything that needs neither timers nor I/O has run, including whatever that started, for `times`
 * turns of the event loop.
 */
export async function turn(times = 3): Promise<void> {
  for (let i = 0; i < times; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
