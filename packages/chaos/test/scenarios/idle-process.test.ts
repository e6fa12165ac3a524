import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { zooKeepers } from './support/backends.js';
import { NodeSampler } from './support/node-sampler.js';
import { startProcess } from './support/start-process.js';

const timeoutMs = 1_000;

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
});
afterAll(() => server.stop());

// In a separate process: anything that wakes the event loop, such as a test runner, hides missing heartbeats.
it.each(zooKeepers)('a process on $name that does nothing at all keeps its session', async ({ name }) => {
  const port = await freePort();
  const url = `${name}://${server.address}?timeoutMs=${timeoutMs}`;
  const service = startProcess('service', [url, `/idle/${name}`, String(port), '{}']);
  await service.next();
  const sampler = await NodeSampler.start(server.address, `/idle/${name}/127.0.0.1:${port}`, 50);
  onTestFinished(() => sampler.stop());
  await sleep(6 * timeoutMs);
  expect(sampler.troubles).toEqual([]);
  expect(sampler.samples.length).toBeGreaterThan(50);
  expect(new Set(sampler.samples.map(({ node }) => node?.owner ?? 'missing')).size).toBe(1);
});
