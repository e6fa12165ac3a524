import { AssertionError } from 'node:assert';

/** Waits `ms`. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** `promise`, or a rejection that names what was awaited when it takes longer than `timeoutMs`. */
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

export interface WaitOptions {
  readonly timeoutMs: number;
  /** What there is instead, for the message. */
  readonly state?: () => string;
}

/** Waits until `predicate` holds; rejects with `what` was awaited, and what there is instead, after `timeoutMs`. */
export async function waitFor(what: string, predicate: () => boolean, patience: WaitOptions): Promise<void> {
  const started = performance.now();
  for (let round = 0; !predicate(); round += 1) {
    if (performance.now() - started > patience.timeoutMs)
      throw timeoutError(what, patience.timeoutMs, patience.state?.());
    await pauseBeforeNextLook(round);
  }
}

/** Quick at first, for backends without I/O; then sparing, for real servers. */
function pauseBeforeNextLook(round: number): Promise<void> {
  if (round < 20) return new Promise((resolve) => setImmediate(resolve));
  return pause(Math.min(round - 19, 20));
}

function timeoutError(what: string, timeoutMs: number, state?: string): AssertionError {
  const instead = state === undefined ? '' : `; instead: ${state}`;
  return new AssertionError({ message: `Waited ${timeoutMs} ms in vain: ${what}${instead}` });
}
