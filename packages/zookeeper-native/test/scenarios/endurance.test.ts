import { waitUntil } from '@ndsr/test-support';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProcess } from './start-process.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ maxSessionTimeoutMs: 30_000 });
});
afterAll(() => server.stop());

it('answers 100,000 requests in flight at once, each once', async () => {
  const process = startProcess('in-flight', [server.host, String(server.port), '100000']);
  const said = JSON.parse(await process.next());
  console.info(`100,000 at once: reads ${said.reads.ms} ms, writes ${said.writes.ms} ms, ${said.megabytes} MB`);
  expect(said).toMatchObject({
    reads: { answered: 100_000, failed: [] },
    writes: { answered: 100_000, failed: [] },
    version: 100_000,
  });
  expect(await process.exited).toBe(0);
  expect(process.errors).toBe('');
}, 240_000);

it('opens, uses and closes 10,000 registries without a leak of descriptors or memory', async () => {
  // A young generation of one size: newer lines of Node let it grow by tens of megabytes in steps, which hides any leak.
  const process = startProcess('open-close-cycles', [server.address, '10000', '20'], ['--max-semi-space-size=8']);
  const steps: { done: number; descriptors: number; megabytes: number }[] = [];
  for (let step = 0; step < 10; step += 1) steps.push(JSON.parse(await process.next()));
  console.info(steps.map((step) => `${step.done}: ${step.descriptors} fds, ${step.megabytes} MB`).join('; '));
  expect(await process.exited).toBe(0);
  expect(process.errors).toBe('');
  const [, warm, ...later] = steps;
  expect(later.at(-1)?.done).toBe(10_000);
  // 8,000 registries later. A leak of 5 kB in each would be seen; a descriptor in a thousand too.
  for (const { descriptors, megabytes } of later) {
    expect(descriptors).toBeLessThanOrEqual((warm?.descriptors ?? 0) + 2);
    expect(megabytes).toBeLessThan((warm?.megabytes ?? 0) + 40);
  }
  await waitUntil('no session is left', async () => (await server.counters()).connections === 0);
  expect((await server.counters()).ephemerals).toBe(0);
}, 300_000);
