import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '@ndsr/core/backend';
import { opCodes } from '@ndsr/zookeeper-common';
import type { LibraryHandle, SessionKey } from './library-handle.js';

const longestMs = 2_000;

/**
 * Closes the session, in bounded time and without blocking the event loop. The library's own `close` waits for the servers
 * synchronously: up to 1.5 s for a frozen one, 3 s more with much to send. So its connection is abandoned, and the
 * session is resumed over a plain TCP connection and closed there. If that fails, the session times out.
 *
 * @param addresses `address:port`; all servers know the session
 */
export async function closeSession(
  handle: LibraryHandle,
  addresses: readonly string[],
  clock: Clock,
  timeoutMs: number,
): Promise<void> {
  // Never from inside a callback of the library.
  await nextTurn();
  const { isConnected, key } = handle;
  handle.abandon();
  if (!isConnected) return;
  const socket: { current: Socket | undefined; isLate: boolean } = { current: undefined, isLate: false };
  const giveUp = (): void => {
    socket.isLate = true;
    socket.current?.destroy();
  };
  // After a stalled event loop, timers run before received data is read.
  const cancel = clock.timer(Math.min(longestMs, timeoutMs), () => setImmediate(giveUp));
  for (const address of addresses) {
    if (socket.isLate) break;
    const request = sendCloseSession(address, key);
    socket.current = request.socket;
    if (await request.answered) break;
  }
  cancel();
}

/** Resumes the session and closes it. `answered` resolves to whether the server answered. */
function sendCloseSession(
  address: string,
  key: SessionKey,
): { readonly socket: Socket; readonly answered: Promise<boolean> } {
  const colon = address.lastIndexOf(':');
  const socket = connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)), noDelay: true });
  const answered = new Promise<boolean>((resolve) => {
    let isAnswered = false;
    socket.on('connect', () => socket.write(Buffer.concat([frame(connectRequest(key)), frame(closeRequest())])));
    // The server answers both requests, then closes the connection.
    socket.on('data', () => {
      isAnswered = true;
    });
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => resolve(isAnswered));
  });
  return { socket, answered };
}

/** ConnectRequest: version, last transaction seen, timeout, session, password. */
function connectRequest({ id, password }: SessionKey): Buffer {
  const bytes = Buffer.alloc(28);
  bytes.writeInt32BE(longestMs, 12);
  bytes.writeBigUInt64BE(BigInt(`0x${id}`), 16);
  bytes.writeInt32BE(password.length / 2, 24);
  return Buffer.concat([bytes, Buffer.from(password, 'hex')]);
}

function closeRequest(): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeInt32BE(opCodes.close, 4);
  return bytes;
}

function frame(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}
