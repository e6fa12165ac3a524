import { createServer } from 'node:net';
import { waitUntil } from '@ndsr/test-support';
import type { ServerAddress } from '@ndsr/zookeeper-common';
import { freePort } from '@ndsr/zookeeper-testing';
import { FakeServer, handshakeFrame, int } from '@ndsr/zookeeper-testing/fake';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ClientSetup, ClientUnderTest, type CreateClient, Recorder } from './client-under-test.js';

/** The reasons why a server cannot be reached. */
export function serverFailureTests(create: CreateClient): void {
  const { makeClient } = new ClientUnderTest(create);

  const host = '127.0.0.1';

  /** A client that notes why servers fail, as `host:port code-or-message`. */
  function noting(servers: ServerAddress[], setup: ClientSetup = {}) {
    const failures: string[] = [];
    const onServerFailure = (server: ServerAddress, error: Error & { code?: unknown }): void => {
      failures.push(
        `${server.host}:${server.port} ${typeof error.code === 'string' && !error.code.startsWith('ERR_') ? error.code : error.message}`,
      );
    };
    const client = makeClient(servers, { ...setup, onServerFailure });
    const recorder = new Recorder();
    client.connect(recorder.observe);
    const first = async (): Promise<string | undefined> => {
      await waitUntil('a failure', () => failures.length > 0);
      return failures[0];
    };
    return { client, recorder, failures, first };
  }

  describe('why a server cannot be connected to', () => {
    test('no server listens', async () => {
      const port = await freePort();
      expect(await noting([{ host, port }]).first()).toBe(`127.0.0.1:${port} ECONNREFUSED`);
    });

    test('its name is not known: reported for each server of that name', async () => {
      const lookup = () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }));
      const servers = [1, 2].map((port) => ({ host: 'zk.test', port }));
      const { failures } = noting(servers, { lookup });
      await waitUntil('both', () => failures.length >= 2);
      expect(failures.slice(0, 2)).toEqual(['zk.test:1 ENOTFOUND', 'zk.test:2 ENOTFOUND']);
    });

    test('its port is invalid', async () => {
      expect(await noting([{ host, port: 99_999 }]).first()).toMatch(/^127\.0\.0\.1:99999 /);
    });

    test('it accepts and is silent', async () => {
      await using fake = await FakeServer.start({ handshake: () => null });
      expect(await noting([fake], { sessionTimeoutMs: 1_500 }).first()).toMatch(
        / connected, but no answer within \d+ ms$/,
      );
    });

    test('it ends the connection without an answer: the error contains the remedy', async () => {
      const server = createServer((socket) => socket.once('data', () => socket.end()));
      onTestFinished(() => void server.close());
      const port = await new Promise<number>((resolve) =>
        server.listen(0, host, () => resolve((server.address() as { port: number }).port)),
      );
      expect(await noting([{ host, port }]).first()).toMatch(
        /ended the connection without an answer: it does not serve now/,
      );
    });

    test('it is no ZooKeeper; the fault names it', async () => {
      await using fake = await FakeServer.start({ handshake: () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') });
      const { first, recorder } = noting([fake]);
      expect(await first()).toBe(`127.0.0.1:${fake.port} its answer is not ZooKeeper protocol`);
      expect((await recorder.next('fault')).error.message).toBe(
        `127.0.0.1:${fake.port}: its answer is not ZooKeeper protocol`,
      );
    });

    test('it broke the connection: reported before the observer is notified', async () => {
      await using fake = await FakeServer.start();
      const { recorder, failures } = noting([fake]);
      expect(await recorder.next('connected')).toMatchObject({ server: { host, port: fake.port } });
      fake.cut();
      await recorder.next('disconnected');
      expect(failures).toHaveLength(1);
      expect(failures[0]).toMatch(/ (ECONNRESET|it ended the connection)$/);
    });

    test('it sends nonsense later', async () => {
      await using fake = await FakeServer.start({ answer: ({ type }) => (type === 4 ? int(-1) : undefined) });
      const { client, recorder, first } = noting([fake]);
      await recorder.next('connected');
      await client.getData({ path: '/a', watch: false }).catch(() => undefined);
      expect(await first()).toMatch(/ ZooKeeper connection broken by what came over it$/);
    });

    test('nothing is reported once the client is closed', async () => {
      await using fake = await FakeServer.start({ handshake: () => handshakeFrame(2_000) });
      const { client, recorder, failures } = noting([fake]);
      await recorder.next('connected');
      await client.close();
      expect(failures).toEqual([]);
    });
  });
}
