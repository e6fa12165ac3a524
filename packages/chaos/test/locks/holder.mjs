// Holds a lock and reports it every few milliseconds, in its own process, which can be frozen.
// usage: holder.mjs URL PATH
// Prints `held`, then "sure NANOSECONDS" repeatedly while `status` is true, and "lost NANOSECONDS" when the signal is aborted, with the
// machine's monotonic clock. Exits at the end of stdin.
import { openRegistry } from '@ndsr/core';

const [url = '', path = ''] = process.argv.slice(2);

/** @param {string} what */
function say(what) {
  process.stdout.write(`${what} ${process.hrtime.bigint()}\n`);
}

const registry = await openRegistry(url);
const lock = await registry.getLock(path, { name: 'holder' }).hold();
lock.lost.addEventListener('abort', () => say('lost'));
say('held');

// Any code that runs first after a thaw (a timer, a microtask, an answer from the servers) checks the status before it reports.
const timer = setInterval(() => {
  if (lock.status) say('sure');
  setImmediate(() => {
    if (!lock.lost.aborted) say('sure');
  });
}, 5);

process.stdin.resume();
process.stdin.once('end', async () => {
  clearInterval(timer);
  await registry.stop();
});
