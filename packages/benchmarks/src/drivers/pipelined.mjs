/**
 * Starts so many requests, at most `window` at a time, with as little between them as there can be.
 *
 * @param {number} count
 * @param {number} window
 * @param {(index: number, done: (error: unknown) => void) => void} start
 * @returns {Promise<void>} rejects with the first failure
 */
export function pipelined(count, window, start) {
  return new Promise((resolve, reject) => {
    let started = 0;
    let finished = 0;
    /** @param {unknown} error */
    const done = (error) => {
      if (error) return reject(error);
      finished += 1;
      if (finished === count) resolve();
      else more();
    };
    const more = () => {
      while (started < count && started - finished < window) {
        started += 1;
        start(started - 1, done);
      }
    };
    if (count === 0) resolve();
    else more();
  });
}
