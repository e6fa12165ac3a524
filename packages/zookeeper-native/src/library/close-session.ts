import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '@ndsr/core/backend';
import type { LibraryHandle, SessionKey } from './handle.js';

const longestMs = 2_000;
const closeSession = -11;

/**
 * Ends the session, in bounded time and without ever standing still. The library's own way is to wait for the servers in
 * the middle of the call: up to 1.5 s for a frozen one, 3 s more with much to send. So it is left without a word, and the
 * session is joined over a plain connection and closed from there. Where that fails the session times out.
 *
 * @param addresses `address:port`; the servers all know the session
 */
export async function endSession(
  handle: LibraryHandle,
  addresses: readonly string[],
  clock: Clock,
  timeoutMs: number,
): Promise<void> {
  // Never from inside one of the library's callbacks.
  await nextTurn();
  const { isConnected, key } = handle;
  handle.abandon();
  if (!isConnected) return;
  const socket: { current: Socket | undefined; late: boolean } = { current: undefined, late: false };
  const giveUp = (): void => {
    socket.late = true;
    socket.current?.destroy();
  };
  // After the event loop stood still timers run before what has arrived is read.
  const cancel = clock.timer(Math.min(longestMs, timeoutMs), () => setImmediate(giveUp));
  for (const address of addresses) {
    if (socket.late) break;
    const farewell = sayFarewell(address, key);
    socket.current = farewell.socket;
    if (await farewell.heard) break;
  }
  cancel();
}

/** Joins the session and closes it. Whether the server has taken it. */
function sayFarewell(address: string, key: SessionKey): { readonly socket: Socket; readonly heard: Promise<boolean> } {
  const colon = address.lastIndexOf(':');
  const socket = connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)), noDelay: true });
  const heard = new Promise<boolean>((resolve) => {
    let isHeard = false;
    socket.on('connect', () => socket.write(Buffer.concat([frame(greeting(key)), frame(goodbye())])));
    // The server answers the greeting, then the goodbye, then it hangs up.
    socket.on('data', () => {
      isHeard = true;
    });
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => resolve(isHeard));
  });
  return { socket, heard };
}

/** ConnectRequest: version, last transaction seen, timeout, session, password. */
function greeting({ id, password }: SessionKey): Buffer {
  const bytes = Buffer.alloc(28);
  bytes.writeInt32BE(longestMs, 12);
  bytes.writeBigUInt64BE(BigInt(`0x${id}`), 16);
  bytes.writeInt32BE(password.length / 2, 24);
  return Buffer.concat([bytes, Buffer.from(password, 'hex')]);
}

function goodbye(): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeInt32BE(closeSession, 4);
  return bytes;
}

function frame(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}
