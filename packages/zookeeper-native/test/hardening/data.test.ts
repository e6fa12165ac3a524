import { errorNumber } from '@ndsr/test-support';
import type { ZooKeeperClient } from '@ndsr/zookeeper-common';
import { FaultProxy, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bareConnected } from '../support/bare-client.js';
import { type Connected, connected } from '../support/recorder.js';

const read = (path: string) => ({ path, watch: false });

let server: ZooKeeperServer;
let scene: Connected;
let client: ZooKeeperClient;
let parent: string;
let parents = 0;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  scene = await connected([server], { sessionTimeoutMs: 4_000 });
  ({ client } = scene);
  parent = `/data-${++parents}`;
  await client.create(parent, null, 'persistent');
});

describe('what the library would write of things that are no bytes', () => {
  test('null is no data, and not the word', async () => {
    const { data } = await client.getData(read(parent));
    expect(data?.length).toBe(0);
    const bare = await bareConnected(server);
    await new Promise<void>((resolve) => {
      bare.native.a_create(`${parent}/bare`, null as unknown as Buffer, 0, () => resolve());
    });
    expect(String((await client.getData(read(`${parent}/bare`))).data)).toBe('null');
  });

  test.each([['text'], [null], [undefined], [7], [{}]])('%j as data is refused', async (data) => {
    const refused = client.setData(parent, data as unknown as Uint8Array, -1);
    await expect(refused).rejects.toThrow(/BAD_ARGUMENTS/);
    expect((await client.getData(read(parent))).stat.version).toBe(0);
  });
});

describe('paths', () => {
  test('a zero character does not cut the path', async () => {
    expect(await errorNumber(client.create(`${parent}/a\0b`, null, 'persistent'))).toBe(-8);
    expect((await client.getChildren(read(parent))).names).toEqual([]);
    const bare = await bareConnected(server);
    await new Promise<void>((resolve) => {
      bare.native.a_create(`${parent}/a\0b`, Buffer.alloc(0), 0, () => resolve());
    });
    expect((await client.getChildren(read(parent))).names, 'the bare library has made another node').toEqual(['a']);
  });

  test.each(['', 'relative', '/trailing/', '//', '/a/../b', undefined])(
    '%j is refused, and ends nothing',
    async (path) => {
      expect(await errorNumber(client.exists(read(path as string)))).toBe(-8);
      expect(await client.exists(read(parent))).not.toBe(null);
    },
  );
});

describe('sizes', () => {
  test('what the servers would drop the connection for is refused to its caller alone', async () => {
    const others = Array.from({ length: 10 }, () => client.exists(read(parent)));
    const path = `${parent}/large`;
    const most = 0xf_ffff - 47 - path.length;
    expect(await errorNumber(client.create(path, new Uint8Array(most + 1), 'persistent'))).toBe(-8);
    await client.create(path, new Uint8Array(most), 'persistent');
    expect(await errorNumber(client.setData(path, new Uint8Array(0xf_ffff), -1))).toBe(-8);
    await client.setData(path, new Uint8Array(0xf_ffff - 20 - path.length), -1);
    await Promise.all(others);
    expect((await client.getData(read(path))).data?.length).toBe(0xf_ffff - 20 - path.length);
    expect(scene.recorder.types).toEqual(['connected']);
  });

  test('a reply that comes in a thousand pieces is read, and the session goes on', async () => {
    const path = `${parent}/large`;
    await client.create(path, new Uint8Array(900_000).fill(7), 'persistent');
    await using proxy = await FaultProxy.open({ upstream: server });
    const narrow = await connected([proxy], { sessionTimeoutMs: 4_000 });
    const bare = await bareConnected(proxy);
    for (let round = 0; round < 3; round += 1) {
      const { data } = await narrow.client.getData(read(path));
      expect(data?.every((byte) => byte === 7)).toBe(true);
    }
    expect(narrow.recorder.types).toEqual(['connected']);
    await new Promise((resolve) => bare.native.a_get(path, false, resolve));
    // Not always: it depends on how the reply is cut. Then it is a session that was ended by its own client.
    expect([[], ['close -112']]).toContainEqual(bare.events.slice(1));
  });

  test('a listing of 30,000 children is read', async () => {
    const names = Array.from(
      { length: 30_000 },
      (_, index) => `a-child-with-a-name-of-some-length-to-make-it-large-${index}`,
    );
    for (let from = 0; from < names.length; from += 3_000) {
      const some = names.slice(from, from + 3_000);
      await Promise.all(some.map((name) => client.create(`${parent}/${name}`, null, 'persistent')));
    }
    const { names: found, stat } = await client.getChildren(read(parent));
    expect(found.join().length).toBeGreaterThan(1_500_000);
    expect([...found].sort()).toEqual([...names].sort());
    expect(stat.numChildren).toBe(30_000);
    expect(scene.recorder.types).toEqual(['connected']);
  }, 180_000);
});
