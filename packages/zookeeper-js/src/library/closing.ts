import type { Clock } from '@ndsr/core/backend';
import type { Connection } from './connection.js';

const longestMs = 2000;

/**
 * Ends the session and then the connection, in bounded time: a frozen server never answers. The library throws or
 * crashes when it is closed before or in the handshake, and waits for a frozen server for ever.
 */
export async function endSession(connection: Connection, clock: Clock, timeoutMs: number): Promise<void> {
  const cancel = clock.timer(Math.min(longestMs, timeoutMs), () => connection.destroy());
  await connection.leave();
  cancel();
}
