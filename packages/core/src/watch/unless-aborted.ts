import { addAbortListener } from 'node:events';

/** What `work` comes to, unless `signal` aborts before: then it rejects with the signal's reason. `work` itself goes on. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abortion = addAbortListener(signal, () => reject(signal.reason));
    work.finally(() => abortion[Symbol.dispose]()).then(resolve, reject);
  });
}
