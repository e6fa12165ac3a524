import { ReservedPort } from './reserved-port.js';

/**
 * A port of `host` on which nothing listens. Nothing in this package chooses it again, in any process, while this process lives;
 * a program that knows nothing of the reservation may still take it.
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  return (await ReservedPort.reserve(host)).port;
}
