import type { RawNode, RegistryBackend } from '@ndsr/core/backend';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BindingName, bindingNames, openBackend, openRegistry } from './both.js';
import { createManyChildren } from './create-many-children.js';

// Differences of the two client libraries that must not be visible above the client port.

let server: ZooKeeperServer;
let chroots = 0;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ maxSessionTimeoutMs: 40_000 });
});
afterAll(() => server.stop());

const bytes = (text: string) => new TextEncoder().encode(text);
const persistent = (data: Uint8Array) => ({ kind: 'persistent', data, replacing: null }) as const;
const names = { children: 'names' } as const;

describe.each(bindingNames)('%s', (name: BindingName) => {
  let servers: string;
  let backend: RegistryBackend;
  beforeEach(async () => {
    servers = `${server.address}/levelled-${++chroots}`;
    backend = await openBackend(name, servers);
  });

  test('no data and zero bytes are one: null', async () => {
    await backend.create('/a/b', persistent(new Uint8Array(0)));
    for (const path of ['/a', '/a/b']) expect((await backend.read(path, names)).data).toBe(null);
    await backend.write('/a/b', bytes('null'), 0);
    expect(Buffer.from((await backend.read('/a/b', names)).data ?? []).toString()).toBe('null');
    await backend.write('/a/b', new Uint8Array(0), 1);
    expect((await backend.read('/a/b', names)).data).toBe(null);
  });

  test('a stat has eleven fields: bigint, milliseconds, counts', async () => {
    await backend.create('/a', { kind: 'ephemeral', data: bytes('1'), replacing: null });
    const { stat } = await backend.read('/a', names);
    const types = Object.entries(stat ?? {}).map(([field, value]) => `${field} ${typeof value}`);
    expect(types.sort()).toEqual([
      'aversion number',
      'ctime number',
      'cversion number',
      'czxid bigint',
      'dataLength number',
      'ephemeralOwner bigint',
      'mtime number',
      'mzxid bigint',
      'numChildren number',
      'pzxid bigint',
      'version number',
    ]);
    expect(Number.isInteger(stat?.ctime) && Math.abs((stat?.ctime ?? 0) - Date.now()) < 600_000).toBe(true);
  });

  test('failures are the same errors', async () => {
    await backend.create('/a', persistent(bytes('1')));
    await backend.create('/a/ephemeral', { kind: 'ephemeral', data: bytes('1'), replacing: null });
    const codes = [
      backend.create('/a', persistent(bytes('2'))),
      backend.write('/missing', bytes('2'), 0),
      backend.write('/a', bytes('2'), 7),
      backend.remove('/missing', 0),
      backend.remove('/a', 0),
      backend.remove('/a/ephemeral', 7),
      backend.create('/a/ephemeral/child', persistent(bytes('2'))),
      backend.create('/a', { ...persistent(bytes('2')), replacing: 3 }),
      backend.create('/missing', { ...persistent(bytes('2')), replacing: 0 }),
    ].map((call) =>
      call.then(
        () => null,
        ({ code }: { code: string }) => code,
      ),
    );
    expect(await Promise.all(codes)).toEqual([
      'ERR_NDSR_NODE_EXISTS',
      'ERR_NDSR_NO_NODE',
      'ERR_NDSR_BAD_VERSION',
      'ERR_NDSR_NO_NODE',
      'ERR_NDSR_NOT_EMPTY',
      'ERR_NDSR_BAD_VERSION',
      'ERR_NDSR_BACKEND',
      // A node with children: the servers choose which of the two errors they report first.
      expect.stringMatching(/BAD_VERSION|NOT_EMPTY/),
      'ERR_NDSR_NO_NODE',
    ]);
  });

  test('a write shows in every watch before it resolves', async () => {
    const seen: RawNode[] = [];
    await backend.create('/a', persistent(bytes('0')));
    backend.watch('/a', { children: 'data' }, { node: (node) => seen.push(node), fault: () => undefined });
    for (let version = 0; version < 20; version += 1) {
      await backend.write('/a', bytes(String(version)), version);
      expect(seen.at(-1)?.stat?.version).toBe(version + 1);
      await backend.create(`/a/${version}`, persistent(bytes('x')));
      expect(seen.at(-1)?.children.size).toBe(version + 1);
    }
  });

  test('a listing of 2 MB with 30,000 children is read', async () => {
    await backend.create('/a', persistent(bytes('')));
    await createManyChildren(server, `${servers.slice(servers.indexOf('/'))}/a`, 30_000);
    // Busy servers and processes may take their time.
    const patient = await openBackend(name, servers, { timeoutMs: 40_000, requestTimeoutMs: 80_000 });
    const { children, stat } = await patient.read('/a', names);
    expect([children.size, stat?.numChildren]).toEqual([30_000, 30_000]);
  }, 180_000);

  test('a chroot that is missing is made with the first write, and no path shows it', async () => {
    expect((await backend.read('/', names)).stat).toBe(null);
    await backend.create('/a/b', persistent(bytes('1')));
    expect([...(await backend.read('/', names)).children.keys()]).toEqual(['a']);
    await expect(backend.write('/c', bytes('1'), 0)).rejects.toThrow(/^\/c /);
  });

  test('connects to an IPv6 address in brackets', async () => {
    await using on6 = await ZooKeeperServer.start({ host: '::1' });
    const over6 = await openBackend(name, `[::1]:${on6.port}/over/six`);
    await over6.create('/a', persistent(bytes('1')));
    await over6.close();
  });

  test('paths that ZooKeeper would refuse or cut are refused before anything is sent', async () => {
    const registry = openRegistry(name, servers);
    for (const path of ['/a\0b', 'a', '/a/', '/a//b', '/a/../b', '/\ud83d', '']) {
      await expect(registry.setData(path, { x: 1 })).rejects.toMatchObject({ code: 'ERR_NDSR_INVALID_PATH' });
    }
    await expect(registry.setData('/a', 'x'.repeat(1_100_000))).rejects.toMatchObject({
      code: 'ERR_NDSR_DATA_TOO_LARGE',
    });
    expect((await registry.get('/')).stat).toBe(null);
  });
});
