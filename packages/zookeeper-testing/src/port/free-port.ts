import { ReservedPort } from './reserved-port.js';

/**
 * Returns a port of `host` on which nothing listens. Nothing in this package, in any process, chooses it again while
 * this process lives; a program that does not know of the reservation may still take it.
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  return (await ReservedPort.reserve(host)).port;
}
