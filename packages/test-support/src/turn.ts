/** Resolves once everything has run that needs neither timers nor I/O, and what that started, `times` turns long. */
export async function turn(times = 3): Promise<void> {
  for (let i = 0; i < times; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
