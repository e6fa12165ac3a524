/** The failure of a case. */
export interface Failure {
  readonly error: unknown;
}

/** Runs `play`, then each of `closers` in any case; returns the first failure. */
export async function runAndClose(
  play: () => Promise<void>,
  closers: readonly (() => Promise<void>)[],
): Promise<Failure | undefined> {
  let failure: Failure | undefined;
  for (const step of [play, ...closers]) {
    try {
      await step();
    } catch (error) {
      failure ??= { error };
    }
  }
  return failure;
}
