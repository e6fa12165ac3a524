import { connect } from 'node:net';
import type { Address } from '../port/address.js';

const CLOSE_SESSION = -11;
const MOST_ATTEMPTS = 20;
/** A frozen server never answers. */
const ATTEMPT_MS = 2_000;

/**
 * Makes the server end a session, as it does with one that has expired: its ephemeral nodes are deleted, and its client
 * is notified of the expiry when it reconnects. Resumes the session over a connection of its own, which breaks the
 * client's, and closes it from there.
 *
 * @param password that the server granted with the session
 * @throws {Error} the server cannot be reached or does not answer, or the client resumes the session every time
 */
export async function forceCloseSession(server: Address, sessionId: bigint, password: Buffer): Promise<void> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    if (await resumeAndClose(server, sessionId, password)) return;
  }
  throw new Error(`session ${sessionId} could not be ended`);
}

/**
 * Returns false if the client, which lost its connection to ours, resumed the session before it was closed, or if the server
 * did not answer.
 */
async function resumeAndClose({ host, port }: Address, sessionId: bigint, password: Buffer): Promise<boolean> {
  const socket = connect({ host, port, noDelay: true, signal: AbortSignal.timeout(ATTEMPT_MS) });
  let answer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    answer = Buffer.concat([answer, chunk]);
  });
  socket.on('error', () => undefined); // 'close' follows
  socket.write(Buffer.concat([greeting(sessionId, password), goodbye()]));
  await new Promise((resolve) => socket.once('close', resolve));
  if (answer.length < 20) return false;
  const greetingEnd = 4 + answer.readInt32BE(0);
  const isUnknown = answer.length >= greetingEnd && answer.readBigInt64BE(12) === 0n;
  return isUnknown || answer.length > greetingEnd;
}

function greeting(sessionId: bigint, password: Buffer): Buffer {
  const body = Buffer.alloc(28 + password.length);
  body.writeInt32BE(4_000, 12);
  body.writeBigInt64BE(sessionId, 16);
  body.writeInt32BE(password.length, 24);
  password.copy(body, 28);
  return frame(body);
}

function goodbye(): Buffer {
  const body = Buffer.alloc(8);
  body.writeInt32BE(CLOSE_SESSION, 4);
  return frame(body);
}

function frame(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}
