import { once } from 'node:events';
import { connect } from 'node:net';
import type { Address } from '@ndsr/zookeeper-testing';

const closeSession = -11;
/** The answer to the greeting, with its length. */
const welcomeBytes = 40;

/** Has the server end a session: joins it over a connection of its own, and closes it from there. */
export async function endSession(server: Address, sessionId: bigint, password: Buffer): Promise<void> {
  // The client loses its connection to ours, and may take the session back before the server has read that it ends.
  while (!(await joinAndEnd(server, sessionId, password)));
}

/** Whether the session is over. */
async function joinAndEnd({ host, port }: Address, sessionId: bigint, password: Buffer): Promise<boolean> {
  const socket = connect({ host, port, noDelay: true });
  const answers: Buffer[] = [];
  socket.on('data', (chunk) => answers.push(chunk));
  socket.on('error', () => undefined); // 'close' follows
  const closed = once(socket, 'close');
  socket.write(Buffer.concat([frame(greeting(sessionId, password)), frame(goodbye())]));
  await closed;
  const answer = Buffer.concat(answers);
  // The server goes on to answer the goodbye, or grants no timeout because it knows no such session.
  return answer.length > welcomeBytes || (answer.length === welcomeBytes && answer.readInt32BE(8) === 0);
}

function greeting(sessionId: bigint, password: Buffer): Buffer {
  const bytes = Buffer.alloc(28 + 16);
  bytes.writeInt32BE(4_000, 12);
  bytes.writeBigInt64BE(sessionId, 16);
  bytes.writeInt32BE(16, 24);
  password.copy(bytes, 28);
  return bytes;
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
