import type { CancelTimer, Clock } from '@ndsr/core';
import type { Talk } from './talk.js';

/** Work that takes longer is reported. */
const silentMs = 2_000;
/** How often the report is repeated: in place on a terminal, on a new line otherwise. */
const againMs = { terminal: 1_000, elsewhere: 10_000 };

/**
 * Waits for `work`, and prints on stderr what it waits for once that takes more than 2 s.
 *
 * @param what called for each report, since the text may change
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
