import { errorNumber } from '@ndsr/test-support';
import type { WatchEvent, ZooKeeperClient } from '@ndsr/zookeeper-common';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ClientUnderTest, type Connected, type CreateClient } from './client-under-test.js';

/** Operations, errors and watches on a real server. */
export function operationTests(create: CreateClient): void {
  const { makeClient, connected } = new ClientUnderTest(create);

  let server: ZooKeeperServer;
  let scene: Connected;
  let client: ZooKeeperClient;
  let other: ZooKeeperClient;
  let parent: string;
  let parents = 0;

  beforeAll(async () => {
    server = await ZooKeeperServer.start();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    scene = await connected([server], { sessionTimeoutMs: 4000 });
    client = scene.client;
    other = (await connected([server], { sessionTimeoutMs: 4000 })).client;
    parent = `/test-${++parents}`;
    await client.create(parent, null, 'persistent');
  });

  const bytes = (text: string) => new TextEncoder().encode(text);
  const path = (name = 'node') => `${parent}/${name}`;
  const read = (of = path(), watch = false) => ({ path: of, watch });
  const watched = (of = path()) => read(of, true);

  async function textOf(of = path()): Promise<string | null> {
    const { data } = await client.getData(read(of));
    return data === null ? null : new TextDecoder().decode(data);
  }

  describe('reading and writing', () => {
    test.each([
      ['text', bytes('{"pid":1}'), bytes('{"pid":1}')],
      ['no bytes', new Uint8Array(0), new Uint8Array(0)],
      ['null', null, null],
      ['all bytes', Uint8Array.from({ length: 256 }, (_, byte) => byte), Uint8Array.from({ length: 256 }, (_, b) => b)],
      ['a part of a larger buffer', bytes('0123456789').subarray(3, 6), bytes('345')],
    ])('%s comes back as it was created', async (_, data, expected) => {
      await client.create(path(), data, 'persistent');
      const found = await client.getData(read());
      expect(found.data === null ? null : new Uint8Array(found.data)).toEqual(expected);
    });

    test('data are replaced', async () => {
      await client.create(path(), bytes('one'), 'persistent');
      await client.setData(path(), bytes('two').subarray(1), 0);
      expect(await textOf()).toBe('wo');
      await client.setData(path(), new Uint8Array(0), 1);
      expect(await textOf()).toBe('');
    });

    test('children are listed by name', async () => {
      for (const name of ['b', 'a', '日本', '__proto__']) await client.create(path(name), null, 'persistent');
      const { names, stat } = await client.getChildren(read(parent));
      expect([...names].sort()).toEqual(['__proto__', 'a', 'b', '日本']);
      expect(stat.numChildren).toBe(4);
      expect((await client.getChildren(read(path('a')))).names).toEqual([]);
    });

    test('the eleven fields of a stat', async () => {
      const before = Date.now();
      await client.create(path(), bytes('one'), 'ephemeral');
      await client.setData(path(), bytes('three'), 0);
      const { stat } = await client.getData(read());
      expect(stat).toEqual({
        czxid: expect.any(BigInt),
        mzxid: stat.czxid + 1n,
        pzxid: stat.czxid,
        ctime: expect.any(Number),
        mtime: expect.any(Number),
        version: 1,
        cversion: 0,
        aversion: 0,
        ephemeralOwner: scene.sessionId,
        dataLength: 5,
        numChildren: 0,
      });
      expect(stat.ctime).toBeGreaterThan(before - 60_000);
      expect(stat.mtime).toBeGreaterThanOrEqual(stat.ctime);
      expect(await client.exists(read())).toEqual(stat);
      expect((await client.getChildren(read())).stat).toEqual(stat);
      expect((await client.getData(read(parent))).stat.ephemeralOwner).toBe(0n);
    });

    test('a missing node has no stat', async () => {
      expect(await client.exists(read())).toBe(null);
    });

    test('replacing a node is one step', async () => {
      await other.create(path(), bytes('ghost'), 'ephemeral');
      await client.getChildren(watched(parent));
      await client.replace?.(path(), 0, bytes('mine'), 'ephemeral');
      expect(await textOf()).toBe('mine');
      expect(await client.exists(read())).toMatchObject({ ephemeralOwner: scene.sessionId, version: 0 });
      await other.close();
      expect(await textOf()).toBe('mine');
    });

    test('requests are carried out in the order of the calls', async () => {
      const order: string[] = [];
      await Promise.all([
        client.create(path(), bytes('0'), 'persistent').then(() => order.push('create')),
        client.setData(path(), bytes('1'), 0).then(() => order.push('set')),
        client.getData(read()).then(({ stat }) => order.push(`get ${stat.version}`)),
        client.remove(path(), 1).then(() => order.push('remove')),
        client.exists(read()).then((stat) => order.push(`exists ${stat}`)),
      ]);
      expect(order).toEqual(['create', 'set', 'get 1', 'remove', 'exists null']);
    });
  });

  describe('failures carry the number of the servers', () => {
    const noNode = -101;
    const badVersion = -103;

    test.each([
      ['getData of a missing node', () => client.getData(watched()), noNode],
      ['getChildren of a missing node', () => client.getChildren(watched()), noNode],
      ['setData of a missing node', () => client.setData(path(), bytes('x'), -1), noNode],
      ['remove of a missing node', () => client.remove(path(), -1), noNode],
      ['create below a missing node', () => client.create(path('a/b'), null, 'persistent'), noNode],
      ['create of a node that exists', () => client.create(parent, null, 'persistent'), -110],
      ['setData of another version', () => client.setData(parent, bytes('x'), 7), badVersion],
      ['remove of another version', () => client.remove(parent, 7), badVersion],
      ['a character that the servers refuse', () => client.create(path('a\u0001'), null, 'persistent'), -8],
      ['replacing a missing node', () => client.replace?.(path(), 0, bytes('x'), 'ephemeral'), noNode],
      ['replacing another version', () => client.replace?.(parent, 3, bytes('x'), 'ephemeral'), badVersion],
    ])('%s', async (_, run, number) => {
      expect(await errorNumber(run() ?? Promise.resolve())).toBe(number);
    });

    test('a node with children', async () => {
      await client.create(path(), null, 'persistent');
      expect(await errorNumber(client.remove(parent, -1))).toBe(-111);
      expect(await errorNumber(client.replace?.(parent, 0, bytes('x'), 'persistent') ?? Promise.resolve())).toBe(-111);
    });

    test('a child of an ephemeral node', async () => {
      await client.create(path(), null, 'ephemeral');
      expect(await errorNumber(client.create(path('node/child'), null, 'persistent'))).toBe(-108);
    });

    test('version 0 is a version', async () => {
      await client.create(path(), null, 'persistent');
      await client.setData(path(), bytes('x'), 0);
      expect(await errorNumber(client.setData(path(), bytes('x'), 0))).toBe(badVersion);
      expect(await errorNumber(client.remove(path(), 0))).toBe(badVersion);
    });
  });

  describe('watches', () => {
    const told = () => scene.recorder.of('watch').map(({ event }) => event);
    /** All events so far, since they come before the answer to a later request. */
    async function events(): Promise<WatchEvent[]> {
      await client.exists(read('/'));
      return told();
    }

    test('data', async () => {
      await client.create(path(), bytes('1'), 'persistent');
      await client.getData(watched());
      await other.setData(path(), bytes('2'), 0);
      await other.setData(path(), bytes('3'), 1);
      expect(await events()).toEqual([{ kind: 'changed', path: path() }]);
      await client.getData(watched());
      await other.remove(path(), 2);
      expect(await events()).toEqual([
        { kind: 'changed', path: path() },
        { kind: 'deleted', path: path() },
      ]);
    });

    test('children', async () => {
      await client.getChildren(watched(parent));
      await other.create(path(), null, 'persistent');
      await other.create(path('second'), null, 'persistent');
      expect(await events()).toEqual([{ kind: 'children', path: parent }]);
    });

    test('creation', async () => {
      expect(await client.exists(watched())).toBe(null);
      await other.create(path(), null, 'persistent');
      expect(await events()).toEqual([{ kind: 'created', path: path() }]);
    });

    test('exists of a node that is there watches its data', async () => {
      await client.exists(watched(parent));
      await other.setData(parent, bytes('x'), 0);
      expect(await events()).toEqual([{ kind: 'changed', path: parent }]);
    });

    test('reading a missing node arms nothing', async () => {
      expect(await errorNumber(client.getData(watched()))).toBe(-101);
      expect(await errorNumber(client.getChildren(watched()))).toBe(-101);
      await other.create(path(), null, 'persistent');
      await other.setData(path(), bytes('x'), 0);
      expect(await events()).toEqual([]);
    });

    test('a read without watch arms nothing', async () => {
      await client.getData(read(parent));
      await client.getChildren(read(parent));
      await other.setData(parent, bytes('x'), 0);
      expect(await events()).toEqual([]);
    });

    test('the event of an own write comes before its answer', async () => {
      for (let version = 0; version < 50; version++) {
        await client.getData(watched(parent));
        await client.setData(parent, bytes('x'), version);
        expect(told()).toHaveLength(version + 1);
      }
    });

    test('a node whose data and children are watched is deleted once', async () => {
      await client.create(path(), null, 'persistent');
      await client.getData(watched());
      await client.getChildren(watched());
      await client.getChildren(watched(parent));
      await other.remove(path(), 0);
      expect(await events()).toEqual([
        { kind: 'deleted', path: path() },
        { kind: 'children', path: parent },
      ]);
    });
  });

  describe('the client', () => {
    test('does nothing before connect', async () => {
      const idle = makeClient([server]);
      expect(await errorNumber(idle.exists(read(parent)))).toBe(-4);
      expect(await errorNumber(idle.create(path(), null, 'persistent'))).toBe(-4);
    });

    test('emits nothing from inside connect, and connects once', async () => {
      const fresh = makeClient([server]);
      const told: string[] = [];
      fresh.connect(({ type }) => told.push(type));
      fresh.connect(() => told.push('to a second observer'));
      expect(told).toEqual([]);
      expect(await errorNumber(fresh.exists(read(parent)))).toBe(-4);
    });

    test('reports the session and the granted timeout', async () => {
      const asked = await connected([server], { sessionTimeoutMs: 60_000 });
      expect(await asked.recorder.next('connected')).toEqual({
        type: 'connected',
        sessionId: asked.sessionId,
        timeoutMs: 4000,
        server: { host: server.host, port: server.port },
      });
      expect(asked.sessionId).not.toBe(scene.sessionId);
    });

    test('leaves no watch and no session behind', async () => {
      const { client: passing } = await connected([server]);
      await passing.create(path(), null, 'ephemeral');
      await passing.getData(watched());
      await passing.close();
      expect(await client.exists(read())).toBe(null);
      expect(await server.command('wchc')).not.toContain(path());
    });
  });
}
