import { setTimeout as sleep } from 'node:timers/promises';

const inLineMs = 30;

/** @typedef {{ acquire(): Promise<unknown>, release(): Promise<unknown> }} Contender a lock, as one session has it */

/**
 * Times from one session's release of a lock until the next in the queue holds it, ms. Everybody is timed by this.
 *
 * @param {Contender} one
 * @param {Contender} other of the same lock
 * @param {number} times
 */
export async function timeHandovers(one, other, times) {
  let [holder, next] = [one, other];
  await holder.acquire();
  const ms = [];
  for (let turn = 0; turn < times; turn += 1) {
    const obtained = next.acquire().then(() => performance.now());
    await sleep(inLineMs);
    const startedAt = performance.now();
    await Promise.all([holder.release(), obtained]);
    ms.push((await obtained) - startedAt);
    [holder, next] = [next, holder];
  }
  await holder.release();
  return ms;
}
