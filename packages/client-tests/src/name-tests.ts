import { FakeClock, waitUntil } from '@ndsr/test-support';
import { FakeServer } from '@ndsr/zookeeper-testing/fake';
import { describe, expect, test } from 'vitest';
import { ClientUnderTest, type CreateClient, Recorder } from './client-under-test.js';

/** How the names of servers are looked up. */
export function nameTests(create: CreateClient): void {
  const { makeClient } = new ClientUnderTest(create);

  /** A lookup that ends when the test says so. */
  function heldLookup() {
    const held: ((addresses: readonly string[]) => void)[] = [];
    const lookup = () => new Promise<readonly string[]>((resolve) => held.push(resolve));
    return { lookup, held };
  }

  describe('a name whose lookup takes longer than any timeout', () => {
    test('is connected to once it is found, after one lookup', async () => {
      await using server = await FakeServer.start();
      const clock = new FakeClock();
      const { lookup, held } = heldLookup();
      const client = makeClient([{ host: 'zk.test', port: server.port }], { clock, lookup, sessionTimeoutMs: 1_000 });
      const recorder = new Recorder();
      client.connect(recorder.observe);
      await clock.advance(60_000);
      expect(held).toHaveLength(1);
      held[0]?.([server.host]);
      await recorder.next('connected');
      expect(held).toHaveLength(1);
    });

    test('does not hold up the other servers', async () => {
      await using server = await FakeServer.start();
      const { lookup } = heldLookup();
      const client = makeClient([{ host: 'zk.test', port: 1 }, server], { lookup, random: () => 0 });
      const recorder = new Recorder();
      client.connect(recorder.observe);
      await recorder.next('connected');
    });

    test('leaves the last known addresses in use when the connection breaks', async () => {
      await using server = await FakeServer.start();
      let lookups = 0;
      const lookup = () => {
        lookups += 1;
        return lookups === 1 ? Promise.resolve([server.host]) : new Promise<never>(() => undefined);
      };
      const client = makeClient([{ host: 'zk.test', port: server.port }], { lookup });
      const recorder = new Recorder();
      client.connect(recorder.observe);
      await recorder.next('connected');
      server.cut();
      await recorder.next('connected', 2);
      expect(lookups).toBe(2);
    });

    test('leaves no timer after close, and a late answer starts no connection', async () => {
      await using server = await FakeServer.start();
      const clock = new FakeClock();
      const { lookup, held } = heldLookup();
      const client = makeClient([{ host: 'zk.test', port: server.port }], { clock, lookup });
      client.connect(() => undefined);
      await clock.advance(1_000);
      await client.close();
      expect(clock.pending).toBe(0);
      held[0]?.([server.host]);
      await clock.advance(60_000);
      expect(server.connectedAt).toEqual([]);
    });
  });

  test('a name that cannot be found is looked up until it can', async () => {
    await using server = await FakeServer.start();
    let lookups = 0;
    const lookup = async () => {
      lookups += 1;
      if (lookups < 3) throw new Error('ENOTFOUND');
      return [server.host];
    };
    const client = makeClient([{ host: 'zk.test', port: server.port }], { lookup, random: () => 0 });
    const recorder = new Recorder();
    client.connect(recorder.observe);
    await recorder.next('connected');
    expect(lookups).toBe(3);
  });

  test('a name that moves to another address is followed', async () => {
    await using server = await FakeServer.start();
    let address = server.host;
    let lookups = 0;
    const lookup = async () => {
      lookups += 1;
      return [address];
    };
    const client = makeClient([{ host: 'zk.test', port: server.port }], { lookup });
    const recorder = new Recorder();
    client.connect(recorder.observe);
    await recorder.next('connected');
    address = '127.0.0.9'; // nobody listens there
    server.cut();
    await waitUntil('attempts in vain', () => lookups >= 3);
    address = server.host;
    await recorder.next('connected', 2);
  });

  test('all addresses of a name are tried', async () => {
    await using server = await FakeServer.start();
    const client = makeClient([{ host: 'zk.test', port: server.port }], {
      lookup: async () => ['::1', '127.0.0.9', server.host],
    });
    const recorder = new Recorder();
    client.connect(recorder.observe);
    await recorder.next('connected');
  });
}
