import { AssertionError } from 'node:assert';

/** Waits `ms`. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** `promise`, or a rejection that names what was awaited when it takes longer than `timeoutMs`. */
export async function within<T>(what: string, promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(overdue(what, timeoutMs)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export interface Patience {
  readonly timeoutMs: number;
  /** What there is instead, for the message. */
  readonly state?: () => string;
}

/** Waits until `predicate` holds; rejects with `what` was awaited, and what there is instead, after `timeoutMs`. */
export async function eventually(what: string, predicate: () => boolean, patience: Patience): Promise<void> {
  const started = performance.now();
  for (let round = 0; !predicate(); round += 1) {
    if (performance.now() - started > patience.timeoutMs) throw overdue(what, patience.timeoutMs, patience.state?.());
    await breath(round);
  }
}

/** Quick at first, for backends without I/O; then sparing, for real servers. */
function breath(round: number): Promise<void> {
  if (round < 20) return new Promise((resolve) => setImmediate(resolve));
  return pause(Math.min(round - 19, 20));
}

function overdue(what: string, timeoutMs: number, state?: string): AssertionError {
  const instead = state === undefined ? '' : `; instead: ${state}`;
  return new AssertionError({ message: `Waited ${timeoutMs} ms in vain: ${what}${instead}` });
}
