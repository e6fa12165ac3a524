import { hostname } from 'node:os';
import { openRegistry } from '@ndsr/core';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { expect, onTestFinished, test } from 'vitest';
import { Program } from '../../express/test/program.mjs';

const service = '/services/cluster';
const patience = { timeout: 60_000 };

test('each worker is listed with a session of its own, goes with it, and is replaced by the next', async () => {
  const zookeeper = await ZooKeeperServer.start();
  onTestFinished(() => zookeeper.stop());
  const url = `zookeeper-js://${zookeeper.address}`;
  const witness = await openRegistry(url);
  onTestFinished(() => witness.stop());
  const names = async () => Object.keys((await witness.get(service)).children);
  const named = (/** @type {number[]} */ ids) => ids.map((id) => `${hostname()}-${id}`);

  const cluster = new Program(new URL('../cluster.mjs', import.meta.url), {
    NDSR_URL: `${url}?timeoutMs=4000`,
    WORKERS: '3',
    PORT: '0',
  });
  await expect.poll(names, patience).toEqual(named([1, 2, 3]));
  const nodes = await Promise.all(named([1, 2, 3]).map((name) => witness.get(`${service}/${name}`)));
  const pids = nodes.map(({ data }) => Number(data?.pid));
  expect(new Set(pids).size).toBe(3);
  expect(new Set(nodes.map(({ stat }) => stat?.ephemeralOwner)).size).toBe(3);

  // Any of them sees all.
  const port = await cluster.says(/^worker 1 of \d+ listens on (\d+)$/);
  /** @returns {Promise<any>} */
  const ask = async () => (await fetch(`http://127.0.0.1:${port}`)).json();
  await expect.poll(async () => (await ask()).workers, patience).toEqual(named([1, 2, 3]));
  expect(pids).toContain((await ask()).pid);

  process.kill(pids[1] ?? 0, 'SIGKILL');
  await cluster.says(/^(worker 2 has died \(SIGKILL\))$/);
  await expect.poll(names, patience).toEqual(named([1, 3, 4]));
  await expect.poll(async () => (await ask()).workers, patience).toEqual(named([1, 3, 4]));

  expect(await cluster.end()).toBe(0);
  // Removed by the workers before they ended, not by the timeout of their sessions; read without a cache.
  const late = await openRegistry(url);
  onTestFinished(() => late.stop());
  expect(Object.keys((await late.get(service)).children)).toEqual([]);
}, 240_000);
