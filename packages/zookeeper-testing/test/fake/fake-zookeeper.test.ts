import { turn } from '@ndsr/test-support';
import type { ClientEvent, ZooKeeperClient } from '@ndsr/zookeeper-common';
import { describe, expect, test } from 'vitest';
import { FakeZooKeeper } from '../../src/fake/index.js';
import { bytes } from '../backend/watch-log.js';

interface Connected {
  readonly zooKeeper: FakeZooKeeper;
  readonly client: ZooKeeperClient;
  readonly events: ClientEvent[];
}

async function connected(zooKeeper = new FakeZooKeeper()): Promise<Connected> {
  const client = zooKeeper.createClient({ servers: [{ host: 'fake', port: 2181 }], sessionTimeoutMs: 4_000 });
  const events: ClientEvent[] = [];
  client.connect((event) => events.push(event));
  await turn(1);
  return { zooKeeper, client, events };
}

describe('FakeZooKeeper', () => {
  test('knows its clients and their sessions', async () => {
    const { zooKeeper, client, events } = await connected(new FakeZooKeeper({ timeoutMs: 1_234 }));
    const sessionId = zooKeeper.sessionOf(client);
    expect(events).toEqual([{ type: 'connected', sessionId, timeoutMs: 1_234 }]);
    expect(zooKeeper.clients).toEqual([client]);
    expect(zooKeeper.tree.sessions).toEqual([sessionId]);
    expect(() => new FakeZooKeeper().sessionOf(client)).toThrow(TypeError);
  });

  test('keeps a log of the requests that arrived', async () => {
    const { zooKeeper, client } = await connected();
    await client.exists({ path: '/a', watch: true });
    expect(zooKeeper.requests).toEqual([{ client, request: { what: 'exists', path: '/a', watch: true } }]);
  });

  test('answers without timers and I/O', async () => {
    const { zooKeeper, client } = await connected();
    await client.create('/a', bytes('x'), 'ephemeral');
    expect(zooKeeper.tree.statOf('/a')?.ephemeralOwner).toBe(zooKeeper.sessionOf(client));
  });

  test('held back, it does one thing at a time, on demand', async () => {
    const { zooKeeper, client, events } = await connected();
    await client.exists({ path: '/a', watch: true });
    zooKeeper.hold();
    let isCreated = false;
    const created = client.create('/a', null, 'persistent').then(() => {
      isCreated = true;
    });
    await turn(1);
    expect(zooKeeper.tree.paths).toEqual([]);
    zooKeeper.moves[0]?.step();
    expect(zooKeeper.tree.paths).toEqual(['/a']);
    expect(zooKeeper.moves.map(({ direction }) => direction)).toEqual(['to-client']);
    zooKeeper.moves[0]?.step();
    await turn(1);
    expect([events.at(-1)?.type, isCreated]).toEqual(['watch', false]);
    zooKeeper.release();
    await created;
  });

  test.each([
    [false, []],
    [true, ['/a']],
  ])('a connection that breaks loses its requests; executed: %s', async (carryOut, paths) => {
    const { zooKeeper, client, events } = await connected();
    zooKeeper.hold();
    const created = client.create('/a', null, 'persistent');
    zooKeeper.breakConnection(client, { carryOut, quietMs: 7 });
    await expect(created).rejects.toMatchObject({ number: -4 });
    expect(zooKeeper.tree.paths).toEqual(paths);
    expect(events.at(-1)).toEqual({ type: 'disconnected', quietMs: 7 });
    zooKeeper.release();
    await turn(1);
    expect(events.at(-1)?.type).toBe('connected');
  });

  test('refuses and forgets requests on demand, until that is undone', async () => {
    const { zooKeeper, client } = await connected();
    const allow = zooKeeper.refuse(-102, ({ path }) => path === '/a');
    await expect(client.create('/a', null, 'persistent')).rejects.toMatchObject({ number: -102 });
    await client.create('/b', null, 'persistent');
    allow();
    await client.create('/a', null, 'persistent');
    const answerAgain = zooKeeper.hang();
    let isAnswered = false;
    const answered = (): void => {
      isAnswered = true;
    };
    client.remove('/a', -1).then(answered, answered);
    await turn(1);
    expect(isAnswered).toBe(false);
    answerAgain();
    expect(await client.exists({ path: '/a', watch: false })).not.toBeNull();
    zooKeeper.breakConnection(client);
    await turn(1);
    expect(isAnswered).toBe(true);
  });

  test('cuts one client off, or all', async () => {
    const { zooKeeper, client, events } = await connected();
    const other = await connected(zooKeeper);
    zooKeeper.cutOff(client);
    await turn(1);
    expect([events.at(-1)?.type, other.events.at(-1)?.type]).toEqual(['disconnected', 'connected']);
    zooKeeper.goDown();
    zooKeeper.reconnect(client);
    await turn(1);
    expect([events.at(-1)?.type, other.events.at(-1)?.type]).toEqual(['disconnected', 'disconnected']);
    zooKeeper.comeBack();
    await turn(1);
    expect([events.at(-1)?.type, other.events.at(-1)?.type]).toEqual(['connected', 'connected']);
  });

  test('ends a session, and its nodes with it', async () => {
    const { zooKeeper, client, events } = await connected();
    await client.create('/mine', null, 'ephemeral');
    zooKeeper.expire(client);
    expect([zooKeeper.tree.paths, zooKeeper.tree.sessions]).toEqual([[], []]);
    await turn(1);
    expect(events.map(({ type }) => type)).toEqual(['connected', 'disconnected', 'expired']);
  });
});
