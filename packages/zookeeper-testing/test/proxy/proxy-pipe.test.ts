import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { reset } from '../../src/proxy/proxy-pipe.js';
import { POLL } from './echo-client.js';
import { EchoServer } from './echo-server.js';

it.each([
  ['is open', () => undefined],
  ['is being ended', (socket: Socket) => void socket.end()],
])('reset leaves nothing of a socket that %s', async (_, prepare) => {
  await using server = await EchoServer.listen();
  const socket = connect({ host: server.host, port: server.port, allowHalfOpen: true });
  await once(socket, 'connect');
  await expect.poll(() => server.connections, POLL).toBe(1);
  const errors: Error[] = [];
  socket.on('error', (error) => errors.push(error));
  prepare(socket);
  reset(socket);
  await expect.poll(() => server.connections, POLL).toBe(0);
  await expect.poll(() => process.getActiveResourcesInfo(), POLL).not.toContain('TCPSocketWrap');
  expect(errors).toEqual([]);
});
