// Holds a lock and says so every few milliseconds, in a process of its own that can be frozen.
// usage: holder.mjs URL PATH
// Says `held`, then "sure NANOSECONDS" again and again while `status` is true, and "lost NANOSECONDS" when the signal says so: by the
// machine's monotonic clock. Ends when stdin does.
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

// Whatever runs first after a thaw, a timer, a microtask, an answer from the servers, asks before it says anything.
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
