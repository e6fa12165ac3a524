import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NodeSnapshot, openRegistry, type ServiceRegistry, sharedRegistry } from '@ndsr/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { get, settings } from './registry-settings.js';

const url = 'memory:settings-module';
let folder: string;
let service: ServiceRegistry;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ndsr-settings-'));
  Object.assign(settings, { url, cacheFile: join(folder, 'registry.json') });
  service = await openRegistry(url);
});
afterAll(async () => {
  await (await sharedRegistry({ ...settings, lazy: true, readOnly: true })).stop();
  await service.stop();
  await rm(folder, { recursive: true });
});

it('stands in docs/from-python.md as it is', async () => {
  const page = await readFile(new URL('../../../../docs/from-python.md', import.meta.url), 'utf8');
  const module = await readFile(new URL('./registry-settings.ts', import.meta.url), 'utf8');
  expect(page).toContain(`\`\`\`ts\n${module}\`\`\`\n`);
});

it('gives a credential to the settings of an application', async () => {
  await service.setData('/creds/some_cred', { mycred: 'x' });
  expect((await get('/creds/some_cred')).data?.mycred).toBe('x');
});

it('calls back at once and at each change', async () => {
  const seen: string[][] = [];
  await get('/services/memcache', ({ children }) => seen.push(Object.keys(children)));
  await service.setNode('/services/memcache/server1:11211');
  expect(seen).toEqual([[], ['server1:11211']]);
});

it('waits for a first child, and answers with none when the time is over', async () => {
  const waiting = get('/services/late', undefined, 10_000);
  await service.setNode('/services/late/server1:11211');
  expect(Object.keys((await waiting).children)).toEqual(['server1:11211']);
  const seen: NodeSnapshot[] = [];
  const none = await get('/services/never', (snapshot) => seen.push(snapshot), 50);
  expect(none.children).toEqual({});
  expect(seen).toEqual([none]);
});

it('is one registry, and cannot write', async () => {
  const [one, other] = await Promise.all([
    sharedRegistry({ ...settings, lazy: true, readOnly: true }),
    sharedRegistry({ readOnly: true, lazy: true, ...settings }),
  ]);
  expect(one).toBe(other);
  await expect(one.setData('/creds/some_cred', {})).rejects.toMatchObject({ code: 'ERR_NDSR_READ_ONLY' });
});
