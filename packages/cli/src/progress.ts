import type { CancelTimer, Clock } from '@ndsr/core';
import type { Talk } from './talk.js';

/** Work that takes longer says so. */
const silentMs = 2_000;
/** How often it is said again: in place on a terminal, a new line elsewhere. */
const againMs = { terminal: 1_000, elsewhere: 10_000 };

/**
 * Waits for `work`, and says on stderr what it waits for once that takes more than 2 s.
 *
 * @param what asked anew each time, for what changes meanwhile
 */
export async function withProgress<Result>(
  { talk, clock }: { readonly talk: Talk; readonly clock: Clock },
  what: () => string,
  work: Promise<Result>,
): Promise<Result> {
  const startedAt = clock.now();
  let cancel: CancelTimer;
  const tell = (): void => {
    talk.status(`${what()} (${Math.round((clock.now() - startedAt) / 1_000)} s)`);
    cancel = clock.backgroundTimer(talk.isTerminal ? againMs.terminal : againMs.elsewhere, tell);
  };
  cancel = clock.backgroundTimer(silentMs, tell);
  try {
    return await work;
  } finally {
    cancel();
    talk.clearStatus();
  }
}
