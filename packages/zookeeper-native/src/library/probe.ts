import { connect } from 'node:net';

/** A probe under way; `stop` ends it without an outcome. */
export interface Probe {
  stop(): void;
}

/** A server of the same network answers in far less; more would only be kept open for longer. */
const limitMs = 1_000;

/** Begins a probe; `found` is called later, at most once. */
export type StartProbe = (address: string, found: (error: Error) => void) => Probe;

const noReason = 'it can be reached; the C client gives no reason';

/**
 * Finds out why an attempt of the library failed, which does not say, by one TCP connection of our own. Keeps no process alive.
 *
 * @param address `address:port`, as the library takes it
 */
export function probeServer(address: string, found: (error: Error) => void): Probe {
  const colon = address.lastIndexOf(':');
  const socket = connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)) });
  let hasEnded = false;
  const end = (error?: Error): void => {
    if (hasEnded) return;
    hasEnded = true;
    socket.destroy();
    if (error !== undefined) found(error);
  };
  socket.unref();
  socket.setTimeout(limitMs, () => end(new Error(`no connection within ${limitMs} ms`)));
  socket.once('connect', () => end(new Error(noReason)));
  // Stays: a socket that is destroyed may still report its error.
  socket.on('error', (error) => end(error));
  return { stop: () => end() };
}
