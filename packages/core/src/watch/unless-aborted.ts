import { onAbort } from '../events/on-abort.js';

/** Settles like `work`, unless `signal` aborts first: then it rejects with the signal's reason. `work` itself continues. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stopListening = onAbort(signal, () => reject(signal.reason));
    work.finally(() => stopListening()).then(resolve, reject);
  });
}
