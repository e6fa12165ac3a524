import { addAbortListener } from 'node:events';

interface Listeners {
  readonly calls: Set<() => void>;
  readonly abortion: Disposable;
}

/**
 * Who waits for which signal. Any number of calls may share one: Node warns of a leak from the eleventh listener of a signal on, so a
 * signal has one listener of ours, for as long as a call waits for it.
 */
const listenersOf = new WeakMap<AbortSignal, Listeners>();

/** Calls `aborted` once when `signal` aborts; soon where it has aborted already. Returns the undo. */
export function onAbort(signal: AbortSignal, aborted: () => void): () => void {
  // The same function may be given twice.
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
  const abortion = addAbortListener(signal, () => {
    stopListening(signal, calls);
    for (const call of [...calls]) if (calls.delete(call)) call();
  });
  const listeners = { calls, abortion };
  listenersOf.set(signal, listeners);
  return listeners;
}

function stopListening(signal: AbortSignal, calls: ReadonlySet<() => void>): void {
  const listeners = listenersOf.get(signal);
  if (listeners?.calls !== calls) return;
  listenersOf.delete(signal);
  listeners.abortion[Symbol.dispose]();
}
