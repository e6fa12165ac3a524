const pollMs = 10;

/**
 * Resolves once `holds()` is true; rejects with `what` was awaited after `limitMs`. The limit is for a test that would wait for
 * ever, and generous: slow machines need time.
 */
export async function waitUntil(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 60_000,
): Promise<void> {
  await eventually(what, async () => (await holds()) || undefined, limitMs);
}

/** What `look` finds, as soon as it is not undefined; rejects with `what` was awaited after `limitMs`. */
export async function eventually<Found>(
  what: string,
  look: () => Found | undefined | Promise<Found | undefined>,
  limitMs = 60_000,
): Promise<Found> {
  const end = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
