import type { Worker } from 'node:worker_threads';

/** The first message of a worker; rejects when it dies before. */
export function messageFrom(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`The worker ended with ${code}`)));
  });
}
