import type { Clock } from './clock.js';

/**
 * Resolves when `work` settles, at the latest after `ms`. Never rejects; `work` continues. Keeps the process alive
 * until then.
 */
export function waitAtMost(ms: number, work: Promise<unknown>, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      resolve();
    };
    const cancel = clock.timer(ms, end);
    work.then(end, end);
  });
}
