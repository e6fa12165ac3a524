import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { contentOf } from '../../src/cache-file/cache-content.js';
import type { NodeSnapshot } from '../../src/node/node-snapshot.js';
import type { RegistryOptions } from '../../src/options/registry-options.js';
import { systemClock } from '../../src/time/clock.js';
import { FakeRegistry } from '../support/fake-registry.js';
import { bytes, FakeStore, storeWith } from '../support/fake-store.js';
import '../support/guard.js';
import { turn } from '@ndsr/test-support';
import { saved, serialise } from '../support/saved-nodes.js';
import { TemporaryFolder } from '../support/temporary-folder.js';

const yesterday = new Date(Date.now() - 24 * 3_600_000);
const service = { '/s': { kind: 'service' }, '/s/one': { port: 1 }, '/s/two': { port: 2 } };

let folder: TemporaryFolder;
let cacheFile: string;

beforeEach(() => {
  folder = new TemporaryFolder();
  cacheFile = folder.file('cache.json');
  return () => folder[Symbol.dispose]();
});

/** Uses a real clock because file access is real. */
function registryOf(options: RegistryOptions = {}, store = new FakeStore()): FakeRegistry {
  return new FakeRegistry({ clock: systemClock, cacheFile, timeoutMs: 5_000, ...options }, store);
}

/** A registry that reaches no server until `backend.up()`. */
function disconnected(options: RegistryOptions = {}, store = new FakeStore()): FakeRegistry {
  const registry = registryOf({ lazy: true, ...options }, store);
  registry.prepare = (backend) => {
    backend.reachable = false;
  };
  return registry;
}

function snapshotIn(store: FakeStore, path: string): NodeSnapshot {
  const raw = store.read(path, 'data');
  const decode = (data: Uint8Array | null) => (data === null ? null : JSON.parse(new TextDecoder().decode(data)));
  const children = Object.assign(
    Object.create(null),
    ...[...raw.children].map(([name, { data }]) => ({ [name]: decode(data) })),
  );
  return { path, data: decode(raw.data), children, stat: raw.stat };
}

/** Writes the file of a process that read `store` yesterday. */
function writeCacheFile(store: FakeStore, ...paths: string[]): void {
  const nodes = paths.map((path) => saved(snapshotIn(store, path), 'data', yesterday.getTime()));
  writeFileSync(cacheFile, serialise(contentOf(nodes)));
}

function inFile(): Record<string, { data: unknown; children: unknown; savedAt: string }> {
  return JSON.parse(readFileSync(cacheFile, 'utf8')).nodes;
}

describe('with no reachable server, and lazy', () => {
  it('get returns the saved snapshot of an earlier process at once', async () => {
    const store = storeWith(service);
    writeCacheFile(store, '/s');
    // The servers may take longer than the test.
    await using registry = disconnected({ timeoutMs: 1_000_000 }, store);

    const snapshot = await registry.get('/s');

    expect(snapshot).toEqual(snapshotIn(store, '/s'));
    expect(registry.freshness('/s')).toMatchObject({ origin: 'cache-file', asOf: yesterday, held: false });
    expect(registry.freshness('/s')?.ageMs).toBeGreaterThan(23 * 3_600_000);
    expect(registry.peek('/s')).toBe(snapshot);
    expect(await registry.get('/s', { children: 'names' })).toMatchObject({ children: { one: null, two: null } });
  });

  it('a value that is still current becomes live without a notification, as the same object', async () => {
    const store = storeWith(service);
    writeCacheFile(store, '/s');
    await using registry = disconnected({}, store);
    const seen: NodeSnapshot[] = [];
    const first = await registry.get('/s', { callback: (snapshot) => seen.push(snapshot) });

    registry.backend.up();
    await turn();

    expect(registry.freshness('/s')?.origin).toBe('live');
    expect(await registry.get('/s')).toBe(first);
    expect(seen).toEqual([first]);
  });

  it('a changed value is notified once, and its unchanged parts are shared', async () => {
    const store = storeWith(service);
    writeCacheFile(store, '/s');
    store.put('/s/two', bytes({ port: 22 }));
    await using registry = disconnected({}, store);
    const seen: NodeSnapshot[] = [];
    await registry.get('/s', { callback: (snapshot) => seen.push(snapshot) });

    registry.backend.up();
    await turn();

    expect(seen.map(({ children }) => children.two)).toEqual([{ port: 2 }, { port: 22 }]);
    expect(seen[1]?.children.one).toBe(seen[0]?.children.one);
  });

  it('once connected, get waits for the servers', async () => {
    const store = storeWith(service);
    writeCacheFile(store, '/s');
    store.put('/s', bytes({ kind: 'new' }));
    await using registry = disconnected({}, store);
    await registry.get('/s');
    for (const watch of registry.backend.watches) watch.muted = true;
    registry.backend.up();
    const [plain, withOptions] = [registry.get('/s'), registry.get('/s', {})];
    await turn();
    for (const watch of registry.backend.watches) watch.deliver();

    expect((await plain).data).toEqual({ kind: 'new' });
    expect((await withOptions).data).toEqual({ kind: 'new' });
  });

  it('waitMs waits for the servers first, and then uses the file', async () => {
    writeCacheFile(storeWith(service), '/s');
    // The servers may take longer than the test.
    await using registry = disconnected({ timeoutMs: 1_000_000 });
    const startedAt = performance.now();

    const snapshot = await registry.get('/s', { waitMs: 150 });

    expect(performance.now() - startedAt).toBeGreaterThan(140);
    expect(snapshot.data).toEqual({ kind: 'service' });
  });

  it('waitMs returns the node from the servers when it arrives in time', async () => {
    const store = storeWith(service);
    writeCacheFile(store, '/s');
    store.put('/s', bytes({ kind: 'new' }));
    await using registry = disconnected({}, store);
    await registry.get('/s');
    const waiting = registry.get('/s', { waitMs: 1_000_000 });
    registry.backend.up();

    expect((await waiting).data).toEqual({ kind: 'new' });
  });

  it('addCallback and watch receive it too', async () => {
    writeCacheFile(storeWith(service), '/s');
    await using registry = disconnected();
    const seen: unknown[] = [];
    registry.addCallback('/s', ({ data }) => seen.push(data));
    for await (const { data } of registry.watch('/s')) {
      expect(data).toEqual({ kind: 'service' });
      break;
    }
    expect(seen).toEqual([{ kind: 'service' }]);
  });

  it('a path that is not in the file is answered as without one', async () => {
    writeCacheFile(storeWith(service), '/s');
    await using registry = disconnected({ timeoutMs: 100 });
    await expect(registry.get('/other')).rejects.toMatchObject({ code: 'ERR_NDSR_NO_CONNECTION' });
    await using deferring = disconnected({ timeoutMs: 100, offline: 'defer' });
    expect((await deferring.get('/other')).stat).toBeNull();
  });

  it('children that were saved as names only do not answer a request for their data', async () => {
    const names = saved(snapshotIn(storeWith(service), '/s'), 'names', yesterday.getTime());
    writeFileSync(cacheFile, serialise(contentOf([names])));
    await using registry = disconnected({ timeoutMs: 100 });

    expect(await registry.get('/s', { children: 'names' })).toMatchObject({ children: { one: null, two: null } });
    await expect(registry.get('/s')).rejects.toMatchObject({ code: 'ERR_NDSR_NO_CONNECTION' });
  });

  it('answers from the file as soon as it is started again, after stop', async () => {
    writeCacheFile(storeWith(service), '/s');
    await using registry = disconnected({ timeoutMs: 300 });
    const first = await registry.get('/s');
    await registry.stop();
    await expect(registry.get('/s')).rejects.toMatchObject({ code: 'ERR_NDSR_STOPPED' });
    const starting = registry.start();
    await turn();
    expect(await registry.get('/s')).toBe(first);
    expect(await starting).toBe(false);
  });
});

describe('not lazy', () => {
  it('the first call rejects without a server, regardless of the file, and so does the next', async () => {
    writeCacheFile(storeWith(service), '/s');
    await using registry = disconnected({ lazy: false, timeoutMs: 100 });
    const seen: unknown[] = [];
    for (let call = 0; call < 2; call++) {
      const got = registry.get('/s', { callback: (snapshot) => seen.push(snapshot) });
      await expect(got).rejects.toMatchObject({ code: 'ERR_NDSR_NO_CONNECTION' });
    }
    expect(seen).toEqual([]);
  });

  it('callbacks never receive the saved snapshot when the server is available from the start', async () => {
    const store = storeWith(service);
    writeCacheFile(store, '/s');
    store.put('/s', bytes({ kind: 'new' }));
    await using registry = registryOf({}, store);
    const seen: unknown[] = [];
    await registry.get('/s', { callback: ({ data }) => seen.push(data) });
    expect(seen).toEqual([{ kind: 'new' }]);
  });

  it('a path first requested while the connection is broken is read from the file', async () => {
    const store = storeWith(service);
    writeCacheFile(store, '/s');
    await using registry = registryOf({}, store);
    await registry.get('/other-path-that-starts-it', {});
    registry.backend.suspend();

    expect((await registry.get('/s')).data).toEqual({ kind: 'service' });
    expect(registry.freshness('/s')?.origin).toBe('cache-file');
  });

  it('a path requested just before the connection broke is, too', async () => {
    const store = storeWith(service);
    writeCacheFile(store, '/s');
    await using registry = registryOf({}, store);
    await registry.get('/other-path-that-starts-it', {});
    const got = registry.get('/s');
    registry.backend.suspend();

    expect((await got).data).toEqual({ kind: 'service' });
  });
});

describe('received nodes are saved', () => {
  it('at stop at the latest', async () => {
    const registry = registryOf({}, storeWith(service));
    await registry.get('/s');
    await registry.get('/s/one', { children: 'names' });
    expect(existsSync(cacheFile)).toBe(false);

    await registry.stop();

    expect(inFile()).toMatchObject({
      '/s': { data: { kind: 'service' }, children: { one: { port: 1 }, two: { port: 2 } }, stat: { czxid: '1' } },
    });
    expect(JSON.parse(readFileSync(cacheFile, 'utf8')).names).toMatchObject({ '/s/one': { children: [] } });
    expect(statSync(cacheFile).mode & 0o777).toBe(0o600);
  });

  it('automatically, about a second after they arrive', async () => {
    const store = storeWith(service);
    await using registry = registryOf({ random: () => 0 }, store);
    await registry.get('/s');
    await waitFor(() => existsSync(cacheFile));
    store.put('/s', bytes({ kind: 'new' }));
    await waitFor(() => readFileSync(cacheFile, 'utf8').includes('"new"'));
  });

  it('not when they are empty or gone: the last good value stays', async () => {
    const store = storeWith(service);
    await using registry = registryOf({}, store);
    await registry.get('/s');
    await registry.get('/s/one');
    await registry.get('/absent');
    await registry.stop();
    const before = readFileSync(cacheFile, 'utf8');

    store.delete('/s/one');
    store.put('/s', null);
    store.delete('/s/two');
    await registry.start();
    await registry.get('/s');
    await registry.stop();

    expect(registry.peek('/s')).toMatchObject({ data: null, children: {} });
    expect(readFileSync(cacheFile, 'utf8')).toBe(before);
    expect(Object.keys(inFile())).toEqual(['/s', '/s/one']);
  });

  it('not when nothing has changed', async () => {
    const store = storeWith(service);
    await using first = registryOf({}, store);
    await first.get('/s');
    await first.stop();
    const before = statSync(cacheFile, { bigint: true });

    await using second = registryOf({}, store);
    await second.get('/s');
    await second.stop();

    expect(statSync(cacheFile, { bigint: true }).mtimeNs).toBe(before.mtimeNs);
  });

  it('by two registries of one process, into one file', async () => {
    await using one = registryOf({}, storeWith({ '/a': { n: 1 } }));
    await using other = registryOf({}, storeWith({ '/b': { n: 2 } }));
    await Promise.all([one.get('/a'), other.get('/b')]);
    await Promise.all([one.stop(), other.stop()]);
    expect(Object.keys(inFile())).toEqual(['/a', '/b']);
  });

  it('without the password', async () => {
    const registry = registryOf({ username: 'ann', password: 'S3CRET' }, storeWith(service));
    await registry.get('/s');
    await registry.stop();
    expect(readFileSync(cacheFile, 'utf8')).not.toMatch(/S3CRET|ann/);
  });

  it.each([2_000, 5_000, 50_000])(
    'with a child nested %i levels deep, the service is in it all the same',
    async (depth) => {
      const deep = `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
      const registry = registryOf({}, storeWith({ '/s': null, '/s/deep': deep, '/s/one': { port: 1 }, '/deep': deep }));
      await Promise.all([registry.get('/s'), registry.get('/deep')]);
      await registry.stop();

      await using next = disconnected();
      const { children } = await next.get('/s');
      expect(Object.keys(children)).toEqual(['deep', 'one']);
      expect(children.one).toEqual({ port: 1 });
      expect(registry.faults).toEqual([]);
    },
  );

  it('with a warning, once, about each child whose data is left out', async () => {
    const deep = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const store = storeWith({ '/s': null, '/s/deep': deep, '/s/one': { port: 1 }, '/deep': deep });
    const registry = registryOf({}, store);
    await Promise.all([registry.get('/s'), registry.get('/deep')]);
    await registry.stop();
    await registry.start();
    store.put('/s/one', bytes({ port: 2 }));
    await registry.stop();

    expect(inFile()).toEqual({ '/s': expect.objectContaining({ children: { deep: null, one: { port: 1 } } }) });
    expect(registry.logger.lines.filter((line) => /^warn.*cache file/.test(line)).sort()).toEqual([
      expect.stringMatching(/^warn .*: the data of \/deep is nested too deep$/),
      expect.stringMatching(/^warn .*: the data of \/s\/deep is nested too deep$/),
    ]);
  });

  it.each(['1e400', '-1e400'])('with the number %s as it is parsed', async (number) => {
    const registry = registryOf({}, storeWith({ '/s': null, '/s/one': `{"n":[${number},null]}` }));
    const live = await registry.get('/s');
    await registry.stop();

    await using next = disconnected();
    expect((await next.get('/s')).children).toEqual(live.children);
  });
});

describe('a problem with the file', () => {
  it('is a fault that is reported once; the registry keeps working, and saves when it can', async () => {
    const store = storeWith({ '/a': { n: 0 } });
    await using registry = registryOf({ cacheFile: folder.file('missing/cache.json'), random: () => 0 }, store);
    await registry.get('/a');
    await waitFor(() => registry.faults.length > 0);
    await registry.stop();
    await registry.start();
    expect(registry.faults).toEqual([
      expect.objectContaining({
        code: 'ERR_NDSR_CACHE_FILE',
        message: expect.stringMatching(/its folder does not exist$/),
      }),
    ]);

    mkdirSync(folder.file('missing'));
    await registry.stop();

    expect(readdirSync(folder.file('missing'))).toEqual(['cache.json']);
    expect((await new FakeRegistry({ cacheFile: undefined }, store).get('/a')).data).toEqual({ n: 0 });
  });

  it('is a warning when it is damaged, and no exception', async () => {
    const damaged = '{"version":1,"nodes":{"/s":';
    writeFileSync(cacheFile, damaged);
    await using registry = registryOf({}, storeWith(service));
    expect(await registry.start()).toBe(true);
    await registry.get('/s');
    await registry.stop();

    expect(registry.faults).toEqual([]);
    expect(registry.logger.lines.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringMatching(/is damaged/),
    ]);
    expect(readFileSync(`${cacheFile}.corrupt`, 'utf8')).toBe(damaged);
    expect(inFile()).toHaveProperty('/s');
  });

  it('is a fault that names the file when it belongs to another program; the file is left alone', async () => {
    writeFileSync(cacheFile, '{"name":"my-app"}');
    await using registry = registryOf({}, storeWith(service));
    expect(await registry.start()).toBe(true);
    await registry.get('/s');
    await registry.stop();

    expect(registry.faults).toHaveLength(1);
    expect(registry.faults[0]).toMatchObject({
      code: 'ERR_NDSR_CACHE_FILE',
      message: expect.stringMatching(/cache\.json: it is not a cache file of this library .*left alone/),
    });
    expect(readFileSync(cacheFile, 'utf8')).toBe('{"name":"my-app"}');
    expect(readdirSync(folder.path)).toEqual(['cache.json']);
  });

  it('is a fault when a folder has the file’s name', async () => {
    mkdirSync(cacheFile);
    const registry = registryOf({}, storeWith(service));
    await registry.get('/s');
    await registry.stop();

    expect(registry.faults).toHaveLength(1);
    expect(registry.faults[0]).toMatchObject({
      code: 'ERR_NDSR_CACHE_FILE',
      message: expect.stringMatching(/not a regular file$/),
    });
    expect(readdirSync(folder.path)).toEqual(['cache.json']);
  });
});

async function waitFor(met: () => boolean): Promise<void> {
  for (const until = performance.now() + 60_000; !met(); ) {
    if (performance.now() > until) throw new Error('it has not come in 60 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
