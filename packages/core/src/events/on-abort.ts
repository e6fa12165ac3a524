import { addAbortListener } from 'node:events';

interface Listeners {
  readonly calls: Set<() => void>;
  readonly subscription: Disposable;
}

/**
 * The waiting calls of each signal. Any number of calls may share a signal. Node warns of a leak from the eleventh
 * listener of a signal on, so each signal gets one listener of ours, for as long as a call waits for it.
 */
const listenersOf = new WeakMap<AbortSignal, Listeners>();

/** Calls `aborted` once when `signal` aborts; soon, if it has already aborted. Returns a function that undoes it. */
export function onAbort(signal: AbortSignal, aborted: () => void): () => void {
  // A distinct function per call: the caller may pass the same one twice.
  const call = (): void => aborted();
  const { calls } = listenersOf.get(signal) ?? listenTo(signal);
  calls.add(call);
  return () => {
    calls.delete(call);
    if (calls.size === 0) stopListening(signal, calls);
  };
}

function listenTo(signal: AbortSignal): Listeners {
  const calls = new Set<() => void>();
  const subscription = addAbortListener(signal, () => {
    stopListening(signal, calls);
    for (const call of [...calls]) if (calls.delete(call)) call();
  });
  const listeners = { calls, subscription };
  listenersOf.set(signal, listeners);
  return listeners;
}

function stopListening(signal: AbortSignal, calls: ReadonlySet<() => void>): void {
  const listeners = listenersOf.get(signal);
  if (listeners?.calls !== calls) return;
  listenersOf.delete(signal);
  listeners.subscription[Symbol.dispose]();
}
