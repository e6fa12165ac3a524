import { onAbort } from '../events/on-abort.js';

/** What `work` comes to, unless `signal` aborts before: then it rejects with the signal's reason. `work` itself goes on. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stopListening = onAbort(signal, () => reject(signal.reason));
    work.finally(() => stopListening()).then(resolve, reject);
  });
}
