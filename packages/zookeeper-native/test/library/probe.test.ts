import { createServer } from 'node:net';
import { freePort } from '@ndsr/zookeeper-testing';
import { expect, onTestFinished, test } from 'vitest';
import { probeServer } from '../../src/library/probe.js';

function probed(address: string): Promise<Error & { code?: unknown }> {
  return new Promise((resolve) => probeServer(address, resolve));
}

test.each(['127.0.0.1', '::1'])('a port without a server at %s refuses', async (host) => {
  expect(await probed(`${host}:${await freePort()}`)).toHaveProperty('code', expect.stringMatching(/^E[A-Z]+$/));
});

test('a server that accepts: the C client gives no reason, and the connection is closed', async () => {
  let closed: (() => void) | undefined;
  const end = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const server = createServer((socket) => socket.on('error', () => undefined).on('close', () => closed?.()));
  onTestFinished(() => void server.close());
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  );
  expect((await probed(`127.0.0.1:${port}`)).message).toBe('it can be reached; the C client gives no reason');
  await end;
});

test('a stopped probe reports nothing', async () => {
  let found = 0;
  const port = await freePort();
  const probe = probeServer(`127.0.0.1:${port}`, () => (found += 1));
  probe.stop();
  probe.stop();
  await probed(`127.0.0.1:${port}`);
  expect(found).toBe(0);
});
