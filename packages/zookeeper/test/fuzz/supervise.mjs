import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Supervision
 * @property {URL} worker the program; it says over its channel which cases begin and are done, and `end` at the end
 * @property {readonly string[]} args what it is started with
 * @property {number} silenceMs without a word for so long it is frozen
 * @property {number} mostMemoryMiB what it may take, outside of the heap as well
 * @property {(what: string, seeds: readonly number[]) => void} found told of everything that is wrong
 * @property {(tally: object) => void} counted told of what the worker counted
 */

/**
 * Runs a worker to its end. A worker that crashes, freezes or takes too much memory cannot report that itself.
 *
 * @param {Supervision} supervision
 * @returns {Promise<void>}
 */
export function supervise({ worker, args, silenceMs, mostMemoryMiB, found, counted }) {
  const child = fork(fileURLToPath(worker), args, { execArgv: [`--max-old-space-size=${mostMemoryMiB}`] });
  /** @type {Set<number>} */
  const underWay = new Set();
  let isDone = false;
  let isFrozen = false;
  const onSilence = () => {
    isFrozen = true;
    child.kill('SIGKILL');
  };
  let silence = setTimeout(onSilence, silenceMs);
  child.on('message', (/** @type {any} */ message) => {
    clearTimeout(silence);
    silence = setTimeout(onSilence, silenceMs);
    switch (message.type) {
      case 'begin':
        for (const seed of message.seeds) underWay.add(seed);
        return;
      case 'done':
        for (const seed of message.seeds) underWay.delete(seed);
        return;
      case 'finding':
        return found(message.what, [message.seed]);
      case 'tally':
        return counted(message.tally);
      case 'end': {
        isDone = true;
        const mebibytes = Math.round(message.maxRssKiB / 1024);
        if (mebibytes > mostMemoryMiB) found(`the process took ${mebibytes} MiB`, [...underWay]);
      }
    }
  });
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      clearTimeout(silence);
      if (isFrozen) found(`the process said nothing for ${silenceMs} ms`, [...underWay]);
      else if (code !== 0 || !isDone) found(`the process ended with ${signal ?? code}`, [...underWay]);
      resolve();
    });
  });
}
