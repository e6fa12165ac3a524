import { AssertionError } from 'node:assert';

/** Waits `ms`. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Settles as `promise` does, or rejects with a message that names `what` after `timeoutMs`. */
export async function withTimeout<T>(what: string, promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timeoutError(what, timeoutMs)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** How long to wait, and the message of a failure. */
export interface WaitOptions {
  /** The longest time to wait, ms. */
  readonly timeoutMs: number;
  /** Describes the actual state for the message. */
  readonly state?: () => string;
}

/** Waits until `predicate` holds. Rejects after `timeoutMs` with a message that names `what` and the actual state. */
export async function waitFor(what: string, predicate: () => boolean, patience: WaitOptions): Promise<void> {
  const started = performance.now();
  for (let round = 0; !predicate(); round += 1) {
    if (performance.now() - started > patience.timeoutMs)
      throw timeoutError(what, patience.timeoutMs, patience.state?.());
    await pauseBeforeNextLook(round);
  }
}

/** Short pauses at first, for backends without I/O; longer ones later, for real servers. */
function pauseBeforeNextLook(round: number): Promise<void> {
  if (round < 20) return new Promise((resolve) => setImmediate(resolve));
  return pause(Math.min(round - 19, 20));
}

function timeoutError(what: string, timeoutMs: number, state?: string): AssertionError {
  const instead = state === undefined ? '' : `; instead: ${state}`;
  return new AssertionError({ message: `Waited ${timeoutMs} ms in vain: ${what}${instead}` });
}
