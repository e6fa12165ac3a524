import type { Clock } from '@ndsr/core';
import { type Health, type HealthRules, nextHealth, unknownHealth } from './next-health.js';

export interface HealthWatchOptions extends HealthRules {
  readonly everyMs: number;
  readonly clock: Clock;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  check(): Promise<boolean>;
  /** Called when the service goes up or down. The next check waits for it. */
  change(up: boolean): Promise<void>;
}

/** Runs the check repeatedly, never two at once, and reports changes. Resolves when the signal is aborted. */
export async function watchHealth(options: HealthWatchOptions): Promise<void> {
  const { clock, everyMs, signal } = options;
  let health: Health = unknownHealth;
  while (!signal.aborted) {
    const startedAt = clock.now();
    const passed = await options.check();
    if (signal.aborted) return;
    const next = nextHealth(health, passed, options);
    if (next.up !== health.up) await options.change(next.up);
    health = next;
    await pause(clock, Math.max(0, startedAt + everyMs - clock.now()), signal);
  }
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.timer(ms, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
