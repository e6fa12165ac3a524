import { once } from 'node:events';
import { connect } from 'node:net';
import type { Address } from '@ndsr/zookeeper-testing';

const closeSession = -11;
const mostAttempts = 20;

/** Has the server end a session: joins it over a connection of its own, and closes it from there. */
export async function endSession(server: Address, sessionId: bigint, password: Buffer): Promise<void> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    if (await joinAndClose(server, sessionId, password)) return;
  }
  throw new Error(`session ${sessionId} could not be ended`);
}

/** False when its client, that lost its connection to us, took the session back before it was closed. */
async function joinAndClose({ host, port }: Address, sessionId: bigint, password: Buffer): Promise<boolean> {
  const socket = connect({ host, port, noDelay: true });
  let answer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    answer = Buffer.concat([answer, chunk]);
  });
  socket.on('error', () => undefined); // 'close' follows
  socket.write(Buffer.concat([greeting(sessionId, password), goodbye()]));
  await once(socket, 'close');
  if (answer.length < 4) return false;
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
  body.writeInt32BE(closeSession, 4);
  return frame(body);
}

function frame(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}
