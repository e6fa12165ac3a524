import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '@ndsr/core/backend';
import type { Calls } from './calls.js';
import type { LibraryHandle } from './handle.js';

const longestMs = 2_000;
const mostRounds = 5;

/**
 * Ends the session, in bounded time. The library's own way waits for the servers with everything else standing still: up
 * to 1.5 s for a frozen one, 3 s more with much to send. So they are asked first whether they answer. When they do not,
 * they are not told: the session times out.
 */
export async function endSession(handle: LibraryHandle, calls: Calls, clock: Clock, timeoutMs: number): Promise<void> {
  const reachable = handle.isConnected && (await answers(handle, calls, clock, Math.min(longestMs, timeoutMs)));
  // Never from inside one of the library's callbacks.
  await nextTurn();
  if (reachable) handle.close();
  else handle.abandon();
}

/** Waits until everything asked so far is answered; as long as answers come, it waits on. */
async function answers(handle: LibraryHandle, calls: Calls, clock: Clock, patienceMs: number): Promise<boolean> {
  for (let round = 0; round < mostRounds; round += 1) {
    if (await isAnswered(handle, calls, clock, patienceMs)) return true;
    if (calls.quietMs >= patienceMs) return false;
  }
  return false;
}

function isAnswered(handle: LibraryHandle, calls: Calls, clock: Clock, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    // After the event loop stood still timers run before what has arrived is read, hence the detour.
    const cancel = clock.timer(patienceMs, () => void setImmediate(() => resolve(false)));
    const asked = calls.run<void>((settle) =>
      handle.native.a_exists('/', false, (code, message) => settle(code, message, () => undefined)),
    );
    const done = (): void => {
      cancel();
      resolve(true);
    };
    // Rejected: the connection broke meanwhile, so the library has nobody to wait for.
    asked.then(done, done);
  });
}
