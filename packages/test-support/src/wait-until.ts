const pollMs = 10;

/**
 * Resolves once `holds()` returns true; rejects after `limitMs` with a message that names `what`. The limit is for a
 * test that would wait forever, and generous, because slow machines need time.
 */
export async function waitUntil(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 60_000,
): Promise<void> {
  await eventually(what, async () => (await holds()) || undefined, limitMs);
}

/**
 * Resolves to the result of `look` as soon as it is not undefined; rejects after `limitMs` with a message that names
 * `what`.
 */
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
