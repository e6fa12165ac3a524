import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../src/port/reserved-port.js';
import { type OnForward, TcpForwarder } from '../../src/port/tcp-forwarder.js';

/** A connection through a forwarder to a server that sends everything back. */
async function connected(onForward: OnForward): Promise<{ forwarder: TcpForwarder; client: Socket }> {
  const port = await freePort();
  const echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  echo.listen(port, '127.0.0.1');
  await once(echo, 'listening');
  const forwarder = await TcpForwarder.open({ host: '127.0.0.1', port }, onForward);
  onTestFinished(() => {
    forwarder.close();
    echo.close();
  });
  return { forwarder, client: await connectTo(forwarder) };
}

async function connectTo({ host, port }: TcpForwarder): Promise<Socket> {
  const client = connect({ host, port });
  await once(client, 'connect');
  return client.setEncoding('utf8').on('error', () => undefined);
}

async function echoOf(client: Socket, text: string): Promise<unknown> {
  client.write(text);
  return (await once(client, 'data'))[0];
}

test('shows the bytes of both directions', async () => {
  const seen: string[] = [];
  const { client } = await connected((from, to) => {
    from.on('data', (bytes) => seen.push(`to the server: ${bytes}`));
    to.on('data', (bytes) => seen.push(`to the client: ${bytes}`));
    return undefined;
  });
  expect(await echoOf(client, 'hello')).toBe('hello');
  expect(seen).toEqual(['to the server: hello', 'to the client: hello']);
});

test('passes the bytes of the client through a stream', async () => {
  const upperCase = (bytes: Buffer, _encoding: string, done: (error: null, bytes: string) => void): void =>
    done(null, String(bytes).toUpperCase());
  const { client } = await connected(() => new Transform({ transform: upperCase }));
  expect(await echoOf(client, 'hello')).toBe('HELLO');
});

test('accepts connections after a cut, and none after it was closed', async () => {
  const { forwarder, client } = await connected(() => undefined);
  expect(await echoOf(client, 'one')).toBe('one');
  forwarder.cut();
  await once(client, 'close');
  const second = await connectTo(forwarder);
  expect(await echoOf(second, 'two')).toBe('two');
  const { host, port } = forwarder;
  forwarder.close();
  await once(second, 'close');
  const [error] = await once(
    connect({ host, port }).on('connect', () => undefined),
    'error',
  );
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
});
