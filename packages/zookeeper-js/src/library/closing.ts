import type { Clock } from '@ndsr/core/backend';
import type { JsConnection } from './js-connection.js';

const longestMs = 2000;

/**
 * Ends the session and then the connection, in bounded time: a frozen server never answers. The library throws or
 * crashes when it is closed before or during the handshake, and waits for a frozen server for ever.
 */
export async function endSession(connection: JsConnection, clock: Clock, timeoutMs: number): Promise<void> {
  const cancel = clock.timer(Math.min(longestMs, timeoutMs), () => connection.destroy());
  await connection.closeSession();
  cancel();
}
