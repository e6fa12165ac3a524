import { once } from 'node:events';
import { connect } from 'node:net';
import type { Address } from '@ndsr/zookeeper-testing';

const closeSession = -11;

/** Has the server end a session: joins it over a connection of its own, and closes it from there. */
export async function endSession({ host, port }: Address, sessionId: bigint, password: Buffer): Promise<void> {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, 'connect');
  const greeting = Buffer.alloc(28 + 16);
  greeting.writeInt32BE(4_000, 12);
  greeting.writeBigInt64BE(sessionId, 16);
  greeting.writeInt32BE(16, 24);
  password.copy(greeting, 28);
  const goodbye = Buffer.alloc(8);
  goodbye.writeInt32BE(closeSession, 4);
  const closed = once(socket, 'close');
  socket.resume();
  // At once: by the first the client whose session it is loses its connection, and it may be back before the second.
  socket.write(Buffer.concat([frame(greeting), frame(goodbye)]));
  await closed;
}

function frame(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}
