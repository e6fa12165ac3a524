import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRegistry } from '@ndsr/core';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../app.mjs';
import { get, registry, settings } from '../registry-settings.mjs';
import { Program } from './program.mjs';

const program = new URL('../server.mjs', import.meta.url);

/** @type {string} */
let folder;
/** @type {(() => unknown)[]} */
let closers;
beforeEach(async () => {
  closers = [];
  folder = await mkdtemp(join(tmpdir(), 'ndsr-express-'));
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  await rm(folder, { recursive: true });
});

/** @param {string} url */
async function opened(url) {
  const registry = await openRegistry(url);
  closers.push(() => registry.stop());
  return registry;
}

/**
 * @param {string} url
 * @returns {Promise<{ status: number, body: any }>}
 */
async function ask(url) {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() };
}

describe('in memory', () => {
  const url = 'memory:express';
  /** @type {string} */
  let base;
  beforeEach(async () => {
    Object.assign(settings, { url, cacheFile: join(folder, 'registry.json') });
    closers.push(async () => (await registry()).stop());
    await new Promise((resolve) => {
      const server = createApp(['web']).listen(0, '127.0.0.1', () => resolve(undefined));
      closers.push(() => server.close());
      closers.push(() => server.closeAllConnections());
      server.once('listening', () => {
        const address = server.address();
        base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
      });
    });
  });

  it('shows the instances of a service, one of them, and its health', async () => {
    const service = await opened(url);
    expect(await ask(`${base}/services/web/one`)).toMatchObject({ status: 503 });
    await service.setNode('/services/web/10.0.0.7:8080', { weight: 3 });
    const { status, body } = await ask(`${base}/services/web`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ instances: { '10.0.0.7:8080': { weight: 3 } }, freshness: { origin: 'live' } });
    expect((await ask(`${base}/services/web/one`)).body).toEqual({ instance: '10.0.0.7:8080' });
    const health = await ask(`${base}/health`);
    expect(health.body).toMatchObject({ phase: 'connected', services: { web: { origin: 'live' } } });
  });

  it('requests no other services from the registry, for any URL', async () => {
    for (const name of ['mail', '..', '__proto__', '%2Fweb']) {
      expect((await fetch(`${base}/services/${name}`)).status).toBe(404);
    }
    expect((await registry()).peek('/services/mail')).toBeUndefined();
  });
});

describe('get, as the Django helper of the Python package', () => {
  const url = 'memory:express-get';
  beforeEach(() => {
    Object.assign(settings, { url, cacheFile: join(folder, 'registry.json') });
    closers.push(async () => (await registry()).stop());
  });

  it('calls back at once and at each change', async () => {
    const service = await opened(url);
    /** @type {string[][]} */
    const seen = [];
    await get('/services/memcache', ({ children }) => seen.push(Object.keys(children)));
    await service.setNode('/services/memcache/server1:11211');
    expect(seen).toEqual([[], ['server1:11211']]);
  });

  it('waits for a first child, and resolves without one after the time limit', async () => {
    const service = await opened(url);
    const waiting = get('/services/late', undefined, 60_000);
    await service.setNode('/services/late/server1:11211');
    expect(Object.keys((await waiting).children)).toEqual(['server1:11211']);
    /** @type {unknown[]} */
    const seen = [];
    const none = await get('/services/never', (snapshot) => seen.push(snapshot), 50);
    expect(none.children).toEqual({});
    expect(seen).toEqual([none]);
  });

  it('is one registry, and cannot write', async () => {
    const [one, other] = await Promise.all([registry(), registry()]);
    expect(one).toBe(other);
    await expect(one.setData('/creds/some_cred', {})).rejects.toMatchObject({ code: 'ERR_NDSR_READ_ONLY' });
  });

  it('is quoted unchanged in docs/from-python.md', async () => {
    const page = await readFile(new URL('../../../docs/from-python.md', import.meta.url), 'utf8');
    const module = await readFile(new URL('../registry-settings.mjs', import.meta.url), 'utf8');
    expect(page).toContain(`\`\`\`js\n${module}\`\`\`\n`);
  });
});

describe('on a ZooKeeper', () => {
  it('started with the ensemble down it answers from the cache file, and becomes live when a server is back', async () => {
    const server = await ZooKeeperServer.start();
    closers.push(() => server.stop());
    const url = `zookeeper-js://${server.address}`;
    const env = {
      NDSR_URL: `${url}?timeoutMs=4000`,
      CACHE_FILE: join(folder, 'cache.json'),
      SERVICES: 'web,mail',
      PORT: '0',
    };
    const service = await opened(url);
    await service.setNode('/services/web/10.0.0.7:8080', { weight: 3 });

    const first = new Program(program, env);
    const before = await first.base();
    await expect.poll(async () => (await ask(`${before}/services/web`)).status, { timeout: 60_000 }).toBe(200);
    expect(await first.end(), 'it shuts down cleanly').toBe(0);
    await server.kill();

    const second = new Program(program, env);
    const base = await second.base();
    const { status, body } = await ask(`${base}/services/web`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ instances: { '10.0.0.7:8080': { weight: 3 } }, freshness: { origin: 'cache-file' } });
    expect((await ask(`${base}/services/web/one`)).body).toEqual({ instance: '10.0.0.7:8080' });
    const health = await ask(`${base}/health`);
    expect(health).toMatchObject({
      status: 200,
      body: { services: { web: { origin: 'cache-file' }, mail: { origin: 'none' } } },
    });

    await server.restart();
    await expect
      .poll(async () => (await ask(`${base}/services/web`)).body.freshness.origin, { timeout: 60_000 })
      .toBe('live');
    await expect.poll(() => service.phase, { timeout: 60_000 }).toBe('connected');
    await service.setNode('/services/web/10.0.0.8:8080', { weight: 1 });
    await expect.poll(() => second.lines.at(-1), { timeout: 60_000 }).toBe('web: 10.0.0.7:8080, 10.0.0.8:8080');
    expect(Object.keys((await ask(`${base}/services/web`)).body.instances)).toEqual(['10.0.0.7:8080', '10.0.0.8:8080']);
    expect(await second.end()).toBe(0);
  }, 240_000);
});
