import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRegistry } from '@ndsr/core';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { expect, onTestFinished, test } from 'vitest';
import { Program } from '../../express/test/program.mjs';

const program = new URL('../server.mjs', import.meta.url);
const path = '/config/greeter';

test('a running server is reconfigured, and one that starts with the ensemble down uses the last configuration', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ndsr-config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const zookeeper = await ZooKeeperServer.start();
  onTestFinished(() => zookeeper.stop());
  const url = `zookeeper-js://${zookeeper.address}`;
  const operator = await openRegistry(url);
  onTestFinished(() => operator.stop());
  const env = { NDSR_URL: `${url}?timeoutMs=4000`, CACHE_FILE: join(folder, 'registry.json'), PORT: '0' };

  const first = new Program(program, env);
  const base = await first.base();
  expect(await greeting(base)).toBe('hello');
  await operator.setData(path, { greeting: 'good morning', features: { shout: true } });
  await expect.poll(() => greeting(base), { timeout: 60_000 }).toBe('GOOD MORNING');
  await operator.setData(path, { greeting: 5 });
  await operator.setData(path, { greeting: 'good evening', limitPerSecond: 50 });
  await expect.poll(() => greeting(base), { timeout: 60_000 }).toBe('good evening');
  expect(await first.end()).toBe(0);

  await zookeeper.kill();
  const second = new Program(program, env);
  expect(await greeting(await second.base())).toBe('good evening');
  const third = new Program(program, { ...env, CACHE_FILE: join(folder, 'none.json') });
  expect(await greeting(await third.base())).toBe('hello');

  await zookeeper.restart();
  await third.says(/^(now: .*good evening.*)$/);
  expect(await greeting(await third.base())).toBe('good evening');
  expect(await Promise.all([second.end(), third.end()])).toEqual([0, 0]);
}, 240_000);

/** @param {string} base */
async function greeting(base) {
  return (await fetch(base)).text();
}
