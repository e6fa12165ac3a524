import { connect } from 'node:net';

/** A probe in progress; `stop` ends it without a result. */
export interface Probe {
  stop(): void;
}

/** A server in the same network answers in far less. */
const limitMs = 1_000;

/** Starts a probe; `found` is called asynchronously, at most once. */
export type StartProbe = (address: string, found: (error: Error) => void) => Probe;

const noReason = 'it can be reached; the C client gives no reason';

/**
 * Finds the reason why an attempt of the library failed, which the library does not report, with one TCP connection of its own.
 * Does not keep the process alive.
 *
 * @param address `address:port`, in the library's format
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
  // Never removed: a destroyed socket may still emit its error.
  socket.on('error', (error) => end(error));
  return { stop: () => end() };
}
