import { AssertionError } from 'node:assert';

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The promise's outcome; rejects with `what` was awaited when it has none after `timeoutMs`. */
export async function within<T>(what: string, promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(overdue(what, timeoutMs)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until `holds`; rejects with `what` was awaited after `timeoutMs`. Quick at first, then sparing. */
export async function eventually(what: () => string, holds: () => boolean, timeoutMs: number): Promise<void> {
  const startedAt = performance.now();
  for (let round = 0; !holds(); round += 1) {
    if (performance.now() - startedAt > timeoutMs) throw overdue(what(), timeoutMs);
    if (round < 20) await new Promise((resolve) => setImmediate(resolve));
    else await pause(Math.min(round - 19, 20));
  }
}

function overdue(what: string, timeoutMs: number): AssertionError {
  return new AssertionError({ message: `Waited ${timeoutMs} ms in vain: ${what}` });
}
